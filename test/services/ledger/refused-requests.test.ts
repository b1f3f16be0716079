import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { Append, EventStore } from '../../../domain/port/event-store.ts';
import { sealEvents } from '../../../services/seal-events.ts';
import { cause, openNode, setUp } from '../../support/allocator.ts';
import { must } from '../../support/must.ts';

/** What a node's credential may write into its own stream. */
const rogue = async (store: EventStore, type: string, payload: string, schema = 1): Promise<string> => {
  const stream = `host-evio:rogue:${randomUUID()}`;
  const events = sealEvents(
    { clock, ids, sha256 },
    { stream, incarnation: randomUUID() },
    { revision: -1, hash: undefined },
    cause(),
    [{ type, schema, payload }],
  );
  must(await store.append({ stream, expectedRevision: 'no-stream', events })());
  return events[0]?.id ?? '';
};

test('a request that cannot be read is refused by its id, and holds up nobody', async (t) => {
  const { store, start, leased, warnings } = await setUp(t);
  const unreadable = [
    await rogue(store, 'JoinRequested', '{"nonsense":true}'),
    await rogue(store, 'LeaseSurrendered', '{}'),
    await rogue(store, 'JoinRequested', '{}', 99),
    await rogue(store, 'JoinRequested', `{"node":"rogue","publicKey":"${'k'.repeat(129)}"}`),
  ];
  // It asks for nothing: of which version it is, is its node's business.
  await rogue(store, 'EraOpened', '{}', 99);
  const { stop } = start();
  await (await openNode(store, 'node-1')).join();
  t.deepEqual(await leased('node-1'), ['10.244.0.0/24' as never]);
  t.deepEqual(
    warnings.map((fields) => (fields as { readonly request: string }).request),
    unreadable,
  );
  t.deepEqual(await stop(), E.right(undefined));
});

test('requests that are too large for one append are decided one by one', async (t) => {
  const { store, start, leased, warnings } = await setUp(t);
  const { append } = store;
  Object.assign(store, {
    append: (wanted: Append) => {
      const tooLarge = wanted.stream === 'cluster-evio' && wanted.events.length > 2;
      return tooLarge
        ? async () => E.left({ type: 'too-large', stream: wanted.stream, reason: 'its limit' })
        : append(wanted);
    },
  });
  for (const name of ['node-1', 'node-2', 'node-3']) await (await openNode(store, name)).join();
  const { stop } = start();
  t.deepEqual(await leased('node-3'), ['10.244.2.0/24' as never]);
  t.deepEqual(warnings, []);
  t.deepEqual(await stop(), E.right(undefined));
});
