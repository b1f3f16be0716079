import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { type ClusterEvent, clusterEvents, type RequestRefused } from '../../../domain/cluster/events.ts';
import { decodeEvent } from '../../../domain/event.ts';
import type { Append, EventStore } from '../../../domain/port/event-store.ts';
import { sealEvents } from '../../../services/seal-events.ts';
import { clockOf } from '../../contract/event-store/support.ts';
import { cause, openNode, setUp } from '../../support/allocator.ts';
import { configuration, ofTwo } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';

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

const refusals = async (store: EventStore): Promise<ReadonlyArray<RequestRefused>> =>
  (await Array.fromAsync(store.readStream('cluster-evio')))
    .map((recorded): ClusterEvent => must(decodeEvent(clusterEvents)(recorded)).event)
    .filter((event) => event.type === 'RequestRefused');

test('a refusal is an event of the cluster that names the request; the same one again is none', async (t) => {
  const { store, start, leased, warnings, types } = await setUp(t, { ...configuration, minReader: 6 });
  const { stop } = start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  const other = await openNode(store, 'node-1');
  await other.join();
  await other.join();
  await eventually('both are refused', async () => (warnings.length === 2 ? true : undefined));
  const [asked] = await Array.fromAsync(store.readStream(`host-evio:node-1:${other.incarnation}`));
  const [refusal, ...more] = await refusals(store);
  t.like(refusal, {
    node: 'node-1',
    incarnation: other.incarnation,
    request: asked?.id,
    failure: 'node-known',
  });
  t.regex(refusal?.reason ?? '', /^node node-1 is joined as incarnation /);
  t.deepEqual(more, []);
  t.deepEqual(await types(), ['ClusterConfigured', 'NodeJoined', 'SubnetLeased', 'RequestRefused']);
  t.deepEqual(await stop(), E.right(undefined));
});

test('where older programs read along a refusal stays out of the stream', async (t) => {
  const { store, start, refused } = await setUp(t, { ...ofTwo, minReader: 5 });
  start();
  for (const name of ['node-1', 'node-2', 'node-3']) await (await openNode(store, name)).join();
  await eventually('the third is refused', async () => refused.get('node-3'));
  t.deepEqual(await refusals(store), []);
});

test('what was refused is not granted when the checkpoint is lost', async (t) => {
  const quick = { ...ofTwo, quarantineSeconds: 0, minReader: 6 };
  // Of one stamp all: nothing but the ids tells what was decided.
  const { store, start, leased, holding, types } = await setUp(t, quick, clockOf('2026-11-21T12:00:00.000Z'));
  const first = start();
  const node = await openNode(store, 'node-1');
  await node.join();
  const [subnet = ''] = await leased('node-1');
  await (await openNode(store, 'node-2')).join();
  await (await openNode(store, 'node-3')).join();
  await eventually('the third is refused', async () => (await refusals(store))[0]);
  await node.learn(subnet);
  await node.ask({ type: 'request-leave' });
  await eventually('there is room', async () => (holding('node-1') === undefined ? true : undefined));
  await first.stop();
  const before = await types();
  const second = start(undefined, 'another');
  // The last thing to read: with it, all was read again.
  await (await openNode(store, 'node-4')).join();
  await leased('node-4');
  t.deepEqual(await types(), [...before, 'NodeJoined', 'SubnetLeased']);
  t.is(holding('node-3'), undefined);
  t.deepEqual(await second.stop(), E.right(undefined));
});

test('a refusal gives a node nothing: what it surrendered a moment ago it does not take up again', async (t) => {
  const { store, start, cluster } = await setUp(t, { ...configuration, minReader: 6 });
  const node = await openNode(store, 'node-1');
  node.follow(t);
  const first = start();
  await node.join();
  await eventually('it knows', async () => node.host.state().lease);
  await first.stop();
  await node.ask({ type: 'request-leave' });
  await node.join();
  const failure = { type: 'not-configured' } as const;
  const { incarnation } = node;
  const refusing = { type: 'refuse', node: nodeName('node-1'), incarnation, request: 'x', failure } as const;
  must(await cluster.transact(refusing, cause())());
  start();
  const again = await eventually('it knows again', async () => node.host.state().lease);
  t.deepEqual(again.subnets, ['10.244.1.0/24' as never], 'the first one is in quarantine');
});
