import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { isLedgerStream } from '../../../domain/esdb/ledger-stream.ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { append, collect, oneByOne, realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { openOverWire } from '../../support/wire.ts';
import { ledgerEvents, never, scene } from './scene.ts';

const theirs = (metadata: string): ClientEvent => ({
  id: '6f1c8a6e-0000-4000-8000-000000000001',
  type: 'SubnetLeased',
  contentType: 'application/json',
  data: '{}',
  metadata,
});

/** `orders` stands for a stream of ours on a server that knows nothing of our rules. */
const ordersAreOurs = (stream: string): boolean => stream === 'orders' || isLedgerStream(stream);

const written = async (t: ExecutionContext, metadata: string, isOurs: (stream: string) => boolean) => {
  const { log, proxy } = await scene(t);
  const store = await openOverWire(t, proxy.port, realClock, isOurs);
  const ours = { expectedRevision: 'no-stream', events: ledgerEvents('orders', undefined, 1) } as const;
  await append(store, { stream: 'orders', ...ours });
  must(await log.clients.append({ stream: 'orders', expected: 'any', events: [theirs(metadata)] })());
  return store;
};

const named = {
  type: 'unreadable-envelope',
  id: theirs('').id,
  reason:
    'SubnetLeased at revision 1 of orders (position 2) has no envelope and hash: another program wrote it',
};

const readings: ReadonlyArray<readonly [string, (store: EventStore) => Promise<unknown>]> = [
  ['a reading of the stream', (store) => collect(store.readStream('orders'))],
  ['a reading of all', (store) => collect(store.readAll())],
  [
    'who follows the stream',
    (store) => collect(oneByOne(store.subscribe({ stream: 'orders', from: 0, signal: never() }))),
  ],
  ['who follows all', (store) => collect(oneByOne(store.subscribe({ from: 0, signal: never() })))],
];

for (const [name, read] of readings)
  test(`an event of another program in a stream of ours is never passed over: ${name} stops and names it`, async (t) => {
    const store = await written(t, '', ordersAreOurs);
    t.like(await t.throwsAsync(read(store)), named as never);
  });

test('an event of another program in a stream of ours is no head to build on, and an append finds it', async (t) => {
  const store = await written(t, '', ordersAreOurs);
  t.deepEqual(await store.head('orders')(), E.left(named as never));
  const next = { stream: 'orders', expectedRevision: 0, events: ledgerEvents('orders', undefined, 1) };
  t.like(await store.append(next)(), { _tag: 'Left', left: { type: 'conflict', actual: 1 } });
});

test('an event elsewhere is none of ours, whatever its metadata says', async (t) => {
  const store = await written(t, `{"hash":"${'0'.repeat(64)}"}`, isLedgerStream);
  t.deepEqual(
    (await collect(store.readAll())).map(({ stream }) => stream),
    ['evio-log'],
  );
  t.deepEqual(await collect(store.readStream('orders')), []);
  t.deepEqual(await store.head('orders')(), E.right(undefined));
});
