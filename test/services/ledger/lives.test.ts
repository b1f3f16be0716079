import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { cause, openCluster, opened, openNode, setUp } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';
import { addPod, deletePod } from '../../support/host.ts';
import { eventually } from '../../support/node.ts';

const modern = { ...configuration, minReader: 6 };
const node = nodeName('node-1');
const attest: ClusterCommand = { type: 'attest', node, reason: 'burnt' };
const revoke: ClusterCommand = { type: 'revoke', node, reason: 'moved' };

/** As an operator says it beside a running allocator. */
const say = async (store: EventStore, ...commands: ReadonlyArray<ClusterCommand>): Promise<void> => {
  const operator = await openCluster(store);
  for (const command of commands) await opened(operator.transact(command, cause())());
};

const joinedNode = async (t: ExecutionContext) => {
  const scene = await setUp(t, modern);
  const allocator = scene.start();
  const one = await openNode(scene.store, 'node-1');
  one.follow(t);
  await one.join();
  await eventually('it has its lease', async () => one.host.state().lease);
  return { ...scene, allocator, one };
};

const typesOf = async (store: EventStore, incarnation: string): Promise<ReadonlyArray<HostEvent['type']>> =>
  (await Array.fromAsync(store.readStream(`host-evio:node-1:${incarnation}`))).map(
    ({ type }) => type as HostEvent['type'],
  );

test('a lost disk: the new life goes on with subnet and host address, and says from where', async (t) => {
  const { store, one, holding, refused, leased, types } = await joinedNode(t);
  await one.ask(addPod('c1'));
  const before = holding('node-1');
  const two = await openNode(store, 'node-1');
  two.follow(t);
  await two.join();
  await eventually('it is refused', async () => refused.get('node-1'));
  await say(store, attest);
  await two.join(true);
  await eventually('it has the lease', async () => two.host.state().lease);
  t.deepEqual(await leased('node-1'), before?.subnets);
  t.like(holding('node-1'), { incarnation: two.incarnation, hostAddress: before?.hostAddress });
  t.deepEqual((await types()).slice(-2), ['NodeAttested', 'IncarnationReplaced']);
  t.deepEqual(await typesOf(store, two.incarnation), [
    'JoinRequested',
    'JoinRequested',
    'IncarnationContinued',
    'LeaseObserved',
  ]);
  const [, , continued] = await Array.fromAsync(store.readStream(`host-evio:node-1:${two.incarnation}`));
  const said = JSON.parse(continued?.payload ?? '') as { readonly revision: number };
  const events = await Array.fromAsync(store.readStream(`host-evio:node-1:${one.incarnation}`));
  const { stream, revision, hash } = events[said.revision] ?? {};
  t.true(said.revision >= events.findIndex(({ type }) => type === 'PodAdded'));
  t.deepEqual(said, { stream, revision, hash } as never);
});

test('the old disk that comes back is fenced at first contact, keeps its pods, and gives back nothing of its successor’s', async (t) => {
  const { store, start, holding, refused } = await setUp(t, modern);
  const allocator = start();
  const one = await openNode(store, 'node-1');
  await one.join();
  const [subnet = ''] = await eventually('it is leased', async () => {
    const { subnets = [] } = holding('node-1') ?? {};
    return subnets.length === 0 ? undefined : subnets;
  });
  await one.learn(subnet);
  await one.ask(addPod('c1'));
  await say(store, attest);
  const two = await openNode(store, 'node-1');
  two.follow(t);
  await two.join();
  await eventually('the new life has the lease', async () => two.host.state().lease);

  one.follow(t);
  const fence = await eventually('the old one is fenced', async () => one.host.state().fence);
  t.is(fence, 'an operator says that this life of node-1 is destroyed: burnt');
  t.is(one.host.state().attachments.size, 1);
  const refusal = await one.host.transact(addPod('c2'), cause())();
  t.deepEqual(refusal, E.left({ type: 'lease-fenced', reason: fence }));

  await one.ask(deletePod('c1'));
  t.is((await typesOf(store, one.incarnation)).at(-1), 'LeaseSurrendered');
  await one.join(true);
  await eventually('both requests are refused', async () => {
    const failure = refused.get('node-1');
    return failure?.type === 'node-known' && failure.refused === one.incarnation ? true : undefined;
  });
  t.like(holding('node-1'), { incarnation: two.incarnation, subnets: [subnet as never] });
  t.deepEqual(await allocator.stop(), E.right(undefined));
});

test('attested and revoked, the lease is released on the log’s own time, and the node has left', async (t) => {
  const { store, holding, allocator, types } = await joinedNode(t);
  await say(store, revoke);
  await eventually('its life gives back what it held', async () =>
    holding('node-1')?.subnets.length === 0 ? true : undefined,
  );
  await say(store, attest);
  await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
  t.deepEqual((await types()).slice(-4), ['LeaseRevoked', 'SubnetReleased', 'NodeAttested', 'NodeLeft']);
  t.deepEqual(await allocator.stop(), E.right(undefined), 'it did not stand down');
});

for (const words of [
  [attest, revoke],
  [revoke, attest],
])
  test(`of a node that is away, ${words.map(({ type }) => type).join(' and ')} release what it held, with the stamp of the second`, async (t) => {
    const { store, holding, start, leased, types } = await setUp(t, modern);
    start();
    const one = await openNode(store, 'node-1');
    await one.join();
    await leased('node-1');
    for (const word of words) await say(store, word);
    await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
    t.deepEqual((await types()).slice(-2), ['SubnetReleased', 'NodeLeft']);
    const events = await Array.fromAsync(store.readStream('cluster-evio'));
    const { by, asOf } = JSON.parse(events.at(-2)?.payload ?? '');
    const second = events.at(-3);
    t.deepEqual([by, asOf], ['attestation', second?.recordedAt]);
  });

test('what an operator said while no allocator ran is followed when one starts, and once', async (t) => {
  const { store, holding, start, leased, types } = await setUp(t, modern);
  const first = start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  await first.stop();
  await say(store, attest, revoke);
  const words = await Array.fromAsync(store.readStream('cluster-evio'));
  const second = start();
  await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
  await second.stop();
  const decided = await Array.fromAsync(store.readStream('cluster-evio', words.length));
  t.deepEqual(
    decided.map(({ payload }) => JSON.parse(payload).asOf),
    [words.at(-1)?.recordedAt, words.at(-1)?.recordedAt],
    'quarantine counts from the second word',
  );
  const before = await types();
  start(undefined, 'another');
  const other = await openNode(store, 'node-2');
  await other.join();
  await leased('node-2');
  t.deepEqual(await types(), [...before, 'NodeJoined', 'SubnetLeased']);
});

test('a node that is attested and lives all the same fences itself, leaves when it gave all back, and may join anew', async (t) => {
  const { store, one, holding, types } = await joinedNode(t);
  await one.ask(addPod('c1'));
  await say(store, attest);
  t.is(
    await eventually('it is fenced', async () => one.host.state().fence),
    'an operator says that this life of node-1 is destroyed: burnt',
  );
  t.is(holding('node-1')?.subnets.length, 1, 'its pod still runs');
  await one.ask(deletePod('c1'));
  await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
  t.deepEqual((await types()).slice(-3), ['NodeAttested', 'SubnetReleased', 'NodeLeft']);
  await one.join();
  await eventually('it has a lease again', async () => one.host.state().lease);
  t.deepEqual((await types()).slice(-2), ['NodeJoined', 'SubnetLeased']);
});
