import test from 'ava';
import { realClock } from '../event-store/support.ts';
import { append, must, numbered, type OpenLog, placeOf, read, readAll, refused } from './support.ts';

const orders = { stream: 'orders', expected: 'any' } as const;
const whole = { stream: 'orders', direction: 'forwards', from: 0, limit: Infinity } as const;

export const deleteContract = (name: string, open: OpenLog): void => {
  test(`${name}: clients: a deleted stream is not found, and goes on behind its last revision`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 3));
    t.deepEqual(placeOf(await must(log.clients.delete({ stream: 'orders', expected: 2 }))), {
      revision: 0,
      position: 3,
    });
    t.is((await refused(log.clients.readStream(whole))).type, 'stream-not-found');
    t.is(await must(log.clients.eventAt('orders', 1)), undefined);
    t.is((await readAll(log)).length, 4);
    t.deepEqual(await append(log, 'orders', numbered(3, 1), 'no-stream'), { revision: 3, position: 4 });
    t.deepEqual(await read(log, 'orders'), ['orders@3 {"number":3}']);
    t.deepEqual(await read(log, '$$orders'), ['$$orders@1 {"$tb":3}']);
  });

  test(`${name}: clients: a stream with a tombstone is deleted for ever`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 2));
    t.deepEqual(placeOf(await must(log.clients.tombstone(orders))), { revision: 2, position: 2 });
    const deleted = { type: 'stream-deleted', stream: 'orders' } as const;
    t.deepEqual(await refused(log.clients.readStream(whole)), deleted);
    t.deepEqual(await refused(log.clients.append({ ...orders, events: numbered(2, 1) })), deleted);
    t.deepEqual(await refused(log.clients.delete(orders)), deleted);
    t.is((await refused(log.clients.readStream({ ...whole, stream: '$$orders' }))).type, 'stream-deleted');
    t.is(await must(log.clients.eventAt('orders', 0)), undefined);
    t.is((await readAll(log)).length, 3);
  });

  test(`${name}: clients: a deletion that expects another revision is refused`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 3));
    for (const deletion of [log.clients.delete, log.clients.tombstone])
      t.deepEqual(await refused(deletion({ stream: 'orders', expected: 1 })), {
        type: 'conflict',
        stream: 'orders',
        expected: 1,
        actual: 2,
      });
    t.is((await read(log, 'orders')).length, 3);
  });

  test(`${name}: clients: ledger streams are never deleted`, async (t) => {
    const log = open(t, realClock);
    for (const deletion of [log.clients.delete, log.clients.tombstone])
      t.is((await refused(deletion({ stream: 'cluster-edge', expected: 'any' }))).type, 'ledger-stream-kept');
    t.is(await must(log.clients.end()), -1);
  });
};
