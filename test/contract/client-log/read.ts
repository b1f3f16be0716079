import test from 'ava';
import { clockOf, events as ledgerEvents, append as plainAppend, realClock } from '../event-store/support.ts';
import {
  append,
  describe,
  must,
  numbered,
  type OpenLog,
  prefixed,
  read,
  readAll,
  refused,
  sent,
} from './support.ts';

const orders = (...revisions: ReadonlyArray<number>): ReadonlyArray<string> =>
  revisions.map((revision) => `orders@${revision} {"number":${revision}}`);

export const readContract = (name: string, open: OpenLog): void => {
  test(`${name}: clients: a stream is read from any revision in either direction, so many events`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 5));
    await append(log, 'bills', numbered(0, 1));
    t.deepEqual(await read(log, 'orders'), orders(0, 1, 2, 3, 4));
    t.deepEqual(await read(log, 'orders', { from: 2, limit: 2 }), orders(2, 3));
    t.deepEqual(await read(log, 'orders', { from: 'end' }), orders(4));
    t.deepEqual(await read(log, 'orders', { from: 9 }), []);
    t.deepEqual(await read(log, 'orders', { direction: 'backwards', from: 'end', limit: 2 }), orders(4, 3));
    t.deepEqual(await read(log, 'orders', { direction: 'backwards', from: 2 }), orders(2, 1, 0));
    t.deepEqual(await read(log, 'orders', { direction: 'backwards', from: 90, limit: 1 }), orders(4));
  });

  test(`${name}: clients: the log is read from any position, backwards from behind it`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 4));
    t.deepEqual(await readAll(log, { from: 1, limit: 2 }), orders(1, 2));
    t.deepEqual(await readAll(log, { from: 'end' }), []);
    t.deepEqual(await readAll(log, { direction: 'backwards', from: 'end', limit: 2 }), orders(3, 2));
    t.deepEqual(await readAll(log, { direction: 'backwards', from: 2 }), orders(1, 0));
    t.deepEqual(await readAll(log, { direction: 'backwards', from: 0 }), []);
    t.is(await must(log.clients.end()), 3);
  });

  test(`${name}: clients: many events come in pages, none twice and none left out`, async (t) => {
    const log = open(t, realClock);
    for (let from = 0; from < 1200; from += 400) await append(log, 'orders', numbered(from, 400));
    const all = Array.from({ length: 1200 }, (_, index) => index);
    t.deepEqual(await read(log, 'orders'), orders(...all));
    t.deepEqual(await readAll(log), orders(...all));
    t.deepEqual(
      await read(log, 'orders', { direction: 'backwards', from: 'end' }),
      orders(...all.toReversed()),
    );
    t.deepEqual(await readAll(log, { direction: 'backwards', from: 'end' }), orders(...all.toReversed()));
    t.deepEqual(await readAll(log, { from: 100, limit: 900 }), orders(...all.slice(100, 1000)));
    const pages = await Array.fromAsync(
      log.clients.readAll({ direction: 'forwards', from: 0, limit: Infinity }),
    );
    t.true(pages.length > 1);
    t.deepEqual(
      pages.map(({ caughtUp }) => caughtUp),
      pages.map((_, index) => index === pages.length - 1),
    );
  });

  test(`${name}: clients: a page has no more events than its reader has room for then`, async (t) => {
    const log = open(t, realClock);
    for (let from = 0; from < 60; from += 20) {
      await append(log, 'orders', numbered(from, 20));
      await append(log, 'bills', numbered(from, 20));
    }
    const rooms = [1, 3, 1, Number.POSITIVE_INFINITY];
    const accepts = (stream: string): boolean => stream === 'orders';
    for (const direction of ['forwards', 'backwards'] as const)
      for (const limit of [50, Number.POSITIVE_INFINITY])
        for (const filter of [undefined, { on: 'stream', accepts } as const]) {
          const wanted = { direction, from: direction === 'forwards' ? 0 : 'end', limit } as const;
          const ofAll = { ...wanted, ...(filter && { filter }) };
          const asked = { all: 0, stream: 0 };
          const most = (of: keyof typeof asked) => () => rooms[asked[of]++ % rooms.length] ?? 1;
          const all = await Array.fromAsync(log.clients.readAll({ ...ofAll, most: most('all') }));
          const stream = await Array.fromAsync(
            await must(log.clients.readStream({ ...wanted, stream: 'orders', most: most('stream') })),
          );
          const ids = (pages: typeof stream) => pages.flatMap(({ events }) => events.map(({ id }) => id));
          for (const pages of [all, stream])
            for (const [index, { events }] of pages.entries())
              t.true(events.length <= (rooms[index % rooms.length] ?? 1), `page ${index}`);
          t.deepEqual(ids(all), ids(await Array.fromAsync(log.clients.readAll(ofAll))));
          t.deepEqual(
            ids(stream),
            ids(await Array.fromAsync(await must(log.clients.readStream({ ...wanted, stream: 'orders' })))),
          );
        }
  });

  test(`${name}: clients: a page of large events is no larger than a few of them`, async (t) => {
    const log = open(t, realClock);
    for (let index = 0; index < 6; index += 1)
      await append(log, 'orders', [sent(`"${'x'.repeat(900_000)}"`)]);
    const pages = await Array.fromAsync(
      log.clients.readAll({ direction: 'backwards', from: 'end', limit: Infinity }),
    );
    t.true(pages.every(({ events }) => events.length <= 2));
    t.is(pages.flatMap(({ events }) => events).length, 6);
  });

  test(`${name}: clients: a filter leaves out what it does not accept, and says how far was looked`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 2));
    await append(log, 'bills', numbered(0, 1));
    await append(log, 'orders', [sent(2, { type: 'OrderPaid' })]);
    const onOrders = prefixed('stream', ['orders']);
    t.deepEqual(await readAll(log, { filter: onOrders }), orders(0, 1, 2));
    t.deepEqual(await readAll(log, { filter: onOrders, limit: 2 }), orders(0, 1));
    t.deepEqual(await readAll(log, { filter: prefixed('type', ['OrderPaid']) }), orders(2));
    t.deepEqual(
      await readAll(log, { filter: onOrders, direction: 'backwards', from: 'end', limit: 2 }),
      orders(2, 1),
    );
    const pages = await Array.fromAsync(
      log.clients.readAll({
        direction: 'forwards',
        from: 0,
        limit: Infinity,
        filter: prefixed('stream', ['bills']),
      }),
    );
    t.is(pages.at(-1)?.lookedAt, 3);
    t.is(
      pages.reduce((sum, { looked }) => sum + looked, 0),
      4,
    );
  });

  test(`${name}: clients: what truncating metadata hides is not read from the stream, and stays in the log`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 5));
    await append(log, '$$orders', describe('{"$maxCount":2}'));
    t.deepEqual(await read(log, 'orders'), orders(3, 4));
    await append(log, 'orders', numbered(5, 1));
    t.deepEqual(await read(log, 'orders', { direction: 'backwards', from: 'end' }), orders(5, 4));
    await append(log, '$$orders', describe('{"$tb":5}'));
    t.deepEqual(await read(log, 'orders', { from: 1 }), orders(5));
    t.is(await must(log.clients.eventAt('orders', 4)), undefined);
    t.is((await must(log.clients.eventAt('orders', 5)))?.data, '{"number":5}');
    t.is(await must(log.clients.eventAt('orders', 6)), undefined);
    t.deepEqual(await read(log, '$$orders'), ['$$orders@1 {"$tb":5}']);
    t.deepEqual(
      (await readAll(log)).filter((event) => event.startsWith('orders')),
      orders(0, 1, 2, 3, 4, 5),
    );
    await append(log, '$$orders', describe('{"$tb":50}'));
    t.deepEqual(await read(log, 'orders'), []);
  });

  test(`${name}: clients: what is too old is not read from the stream`, async (t) => {
    let now = Date.parse('2026-11-21T12:00:00.000Z');
    const log = open(t, { now: () => new Date(now).toISOString(), monotonicMs: () => 0 });
    await append(log, '$$orders', describe('{"$maxAge":10}'));
    for (const number of [0, 1, 2]) {
      await append(log, 'orders', numbered(number, 1));
      now += 5000;
    }
    t.deepEqual(await read(log, 'orders'), orders(1, 2));
    now += 60_000;
    t.deepEqual(await read(log, 'orders'), []);
  });

  test(`${name}: clients: a stream without events is not found`, async (t) => {
    const log = open(t, realClock);
    const whole = { direction: 'forwards', from: 0, limit: Infinity } as const;
    await append(log, '$$orders', describe('{"$maxCount":2}'));
    for (const stream of ['orders', 'bills'])
      t.deepEqual(await refused(log.clients.readStream({ ...whole, stream })), {
        type: 'stream-not-found',
        stream,
      });
  });

  test(`${name}: clients: our own events are read with their hash, and stamped by the store`, async (t) => {
    const log = open(t, clockOf('2026-11-21T12:00:00.000Z'));
    const metadata = '{"actor":"agent","schema":1}';
    const [own] = ledgerEvents(1).map((event) => ({ ...event, metadata }));
    if (own === undefined) return t.fail();
    await plainAppend(log, { stream: 'cluster-edge', expectedRevision: 'no-stream', events: [own] });
    t.deepEqual(await must(log.clients.eventAt('cluster-edge', 0)), {
      stream: 'cluster-edge',
      revision: 0,
      position: 0,
      recordedAt: '2026-11-21T12:00:00.000Z',
      id: own.id,
      type: own.type,
      contentType: 'application/json',
      data: own.payload,
      metadata: `{"actor":"agent","hash":"${own.hash}","schema":1}`,
    });
  });

  test(`${name}: clients: a closed log is unavailable to readers`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 1));
    await log.close();
    const whole = { direction: 'forwards', from: 0, limit: Infinity } as const;
    t.is((await refused(log.clients.readStream({ ...whole, stream: 'orders' }))).type, 'unavailable');
    t.is((await refused(log.clients.eventAt('orders', 0))).type, 'unavailable');
    t.is((await refused(log.clients.end())).type, 'unavailable');
    t.is(
      (await refused(log.clients.append({ stream: 'orders', expected: 'any', events: numbered(1, 1) }))).type,
      'unavailable',
    );
    await t.throwsAsync(Array.fromAsync(log.clients.readAll(whole)), { message: /closed/ });
  });
};
