import test from 'ava';
import { realClock, settle } from '../event-store/support.ts';
import { append, describe, must, numbered, type OpenLog, prefixed, sent, shown } from './support.ts';

const orders = (...revisions: ReadonlyArray<number>): ReadonlyArray<string> =>
  revisions.map((revision) => `orders@${revision} {"number":${revision}}`);

export const subscribeContract = (name: string, open: OpenLog): void => {
  test(`${name}: clients: a subscription shows what is there, says so, and shows what comes`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 3));
    const all = shown(log.clients.subscribeAll({ from: 0, signal }));
    const stream = shown(log.clients.subscribeStream({ stream: 'orders', from: 1, signal }));
    const end = shown(log.clients.subscribeStream({ stream: 'orders', from: 'end', signal }));
    const endOfAll = shown(log.clients.subscribeAll({ from: 'end', signal }));
    await settle();
    await append(log, 'bills', numbered(7, 1));
    await append(log, 'orders', numbered(3, 1));
    await settle();
    const come = [...orders(3), 'caught up'];
    const bill = ['bills@0 {"number":7}', 'caught up'];
    t.deepEqual(all, [...orders(0, 1, 2), 'caught up', ...bill, ...come]);
    t.deepEqual(stream, [...orders(1, 2), 'caught up', ...come]);
    t.deepEqual(end, ['caught up', ...come]);
    t.deepEqual(endOfAll, ['caught up', ...bill, ...come]);
    await log.close();
    await settle();
    for (const seen of [all, stream, end, endOfAll]) t.is(seen.at(-1), 'ended');
  });

  test(`${name}: clients: a stream that is not there yet is waited for`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    const seen = shown(log.clients.subscribeStream({ stream: 'orders', from: 0, signal }));
    await settle();
    t.deepEqual(seen, ['caught up']);
    await append(log, 'orders', numbered(0, 2));
    await settle();
    t.deepEqual(seen, ['caught up', ...orders(0, 1), 'caught up']);
  });

  test(`${name}: clients: no event is left out or shown twice while many are appended`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 700));
    const seen = [
      shown(log.clients.subscribeAll({ from: 0, signal })),
      shown(log.clients.subscribeStream({ stream: 'orders', from: 0, signal })),
      shown(log.clients.subscribeAll({ from: 0, signal, filter: prefixed('stream', ['ord']) })),
    ];
    for (let from = 700; from < 1000; from += 20) {
      await append(log, 'orders', numbered(from, 20));
      if (from % 100 === 0) await settle();
    }
    await settle();
    const all = orders(...Array.from({ length: 1000 }, (_, index) => index));
    for (const one of seen)
      t.deepEqual(
        one.filter((event) => event !== 'caught up'),
        all,
      );
  });

  test(`${name}: clients: what comes while a reader is busy with a page is shown with the next`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    for (const subscribe of [
      () => log.clients.subscribeAll({ from: 'end', signal }),
      () => log.clients.subscribeStream({ stream: 'orders', from: 'end', signal }),
    ]) {
      const iterator = subscribe()[Symbol.asyncIterator]();
      t.like((await iterator.next()).value, { events: [], caughtUp: true });
      await append(log, 'orders', [sent('busy')]);
      await settle();
      t.like((await iterator.next()).value, { events: { 0: { data: 'busy' } }, caughtUp: true });
    }
  });

  test(`${name}: clients: a subscription from the end shows all that comes after it was asked for`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 2));
    const subscriptions = [
      log.clients.subscribeAll({ from: 'end', signal }),
      log.clients.subscribeStream({ stream: 'orders', from: 'end', signal }),
    ];
    await append(log, 'orders', numbered(2, 1));
    for (const seen of subscriptions.map(shown)) {
      await settle();
      t.deepEqual(seen, [...orders(2), 'caught up']);
    }
  });

  test(`${name}: clients: streams that are followed at once are kept apart`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 1));
    await append(log, 'bills', numbered(0, 1));
    const seen = ['orders', 'bills', 'none'].map((stream) =>
      shown(log.clients.subscribeStream({ stream, from: 0, signal })),
    );
    await settle();
    t.deepEqual(seen, [[...orders(0), 'caught up'], ['bills@0 {"number":0}', 'caught up'], ['caught up']]);
  });

  test(`${name}: clients: a filtered subscription says how far it has looked`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'bills', numbered(0, 3));
    const filter = prefixed('stream', ['orders']);
    const pages = log.clients.subscribeAll({ from: 0, signal, filter })[Symbol.asyncIterator]();
    t.deepEqual((await pages.next()).value, { events: [], caughtUp: true, lookedAt: 2, looked: 3 });
    const next = pages.next();
    await append(log, 'bills', numbered(3, 1));
    t.like((await next).value, { lookedAt: 3, looked: 1 });
  });

  test(`${name}: clients: a subscription ends with its signal`, async (t) => {
    const log = open(t, realClock);
    const stop = new AbortController();
    const seen = shown(log.clients.subscribeAll({ from: 0, signal: stop.signal }));
    await settle();
    stop.abort();
    await settle();
    t.deepEqual(seen, ['caught up', 'ended']);
  });

  test(`${name}: clients: a subscription does not show what metadata hides at its beginning`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 4));
    await append(log, '$$orders', describe('{"$maxCount":1}'));
    const seen = shown(log.clients.subscribeStream({ stream: 'orders', from: 0, signal }));
    await settle();
    await append(log, 'orders', numbered(4, 2));
    await settle();
    t.deepEqual(seen, [...orders(3), 'caught up', ...orders(4, 5), 'caught up']);
  });

  test(`${name}: clients: of a deleted stream only what is new is shown; a tombstone ends the subscription`, async (t) => {
    const log = open(t, realClock);
    const { signal } = new AbortController();
    await append(log, 'orders', numbered(0, 2));
    await must(log.clients.delete({ stream: 'orders', expected: 'any' }));
    const seen = shown(log.clients.subscribeStream({ stream: 'orders', from: 0, signal }));
    await settle();
    await append(log, 'orders', [sent(2)]);
    await settle();
    t.deepEqual(seen, ['caught up', ...orders(2), 'caught up']);
    await must(log.clients.tombstone({ stream: 'orders', expected: 'any' }));
    await settle();
    t.is(seen.at(-1), 'failed: stream-deleted');
    t.deepEqual(shownTypes(seen), orders(2));
    const late = shown(log.clients.subscribeStream({ stream: 'orders', from: 'end', signal }));
    await settle();
    t.deepEqual(late, ['failed: stream-deleted']);
  });
};

const shownTypes = (seen: ReadonlyArray<string>): ReadonlyArray<string> =>
  seen.filter((line) => line.startsWith('orders'));
