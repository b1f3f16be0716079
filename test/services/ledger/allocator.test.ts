import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { host as hostDecider } from '../../../domain/host/decider.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import { openAggregate } from '../../../services/transact.ts';
import { changePages } from '../../../simulator/change-pages.ts';
import { clockOf } from '../../contract/event-store/support.ts';
import { cause, openCluster, opened, openNode, setUp } from '../../support/allocator.ts';
import { configuration, ofTwo } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';
import { addPod, deletePod } from '../../support/host.ts';
import { eventually } from '../../support/node.ts';

test('a node that asks to join gets host address and subnet, and asking again changes nothing', async (t) => {
  const { store, start, leased, holding, types } = await setUp(t);
  start();
  const node = await openNode(store, 'node-1');
  await node.join();
  t.deepEqual(await leased('node-1'), ['10.244.0.0/24' as never]);
  t.is(holding('node-1')?.hostAddress, '10.10.0.1' as never);
  await node.join();
  const other = await openNode(store, 'node-2');
  await other.join();
  t.deepEqual(await leased('node-2'), ['10.244.1.0/24' as never]);
  t.deepEqual(await types(), [
    'ClusterConfigured',
    ...['NodeJoined', 'SubnetLeased'],
    ...['NodeJoined', 'SubnetLeased'],
  ]);
});

test('a refused request is said, and the next one is decided', async (t) => {
  const { store, start, leased, refused, warnings } = await setUp(t, ofTwo);
  start();
  for (const name of ['node-1', 'node-2', 'node-3']) await (await openNode(store, name)).join();
  await eventually('the third is refused', async () => refused.get('node-3'));
  t.is(refused.get('node-3')?.type, 'no-free-host-address');
  t.like(warnings.at(-1), { node: 'node-3' });
  // A second life of a node that is joined: refused too, and the first life keeps what it has.
  await (await openNode(store, 'node-1')).join();
  await eventually('the other life is refused', async () => refused.get('node-1'));
  t.is(refused.get('node-1')?.type, 'node-known');
  t.deepEqual(await leased('node-1'), ['10.244.0.0/17' as never]);
});

test('of requests that waited together a refused one holds up no other, and all others are one append', async (t) => {
  const { store, start, leased, refused, holding, types } = await setUp(t, ofTwo);
  const [first, second] = [await openNode(store, 'node-1'), await openNode(store, 'node-1')];
  await first.join();
  // Another life of the same node.
  await second.join();
  await (await openNode(store, 'node-2')).join();
  let appends = 0;
  const { append } = store;
  Object.assign(store, {
    append: (wanted: Parameters<typeof append>[0]) => {
      appends += 1;
      return append(wanted);
    },
  });
  start();
  await leased('node-2');
  t.deepEqual(holding('node-1')?.subnets, ['10.244.0.0/17' as never]);
  t.is(refused.get('node-1')?.type, 'node-known');
  t.is(refused.get('node-2'), undefined);
  t.is((await types()).length, 5);
  t.true(appends <= 2, `${appends} appends`);
});

test('requests that were decided in a lost life and new ones are told apart when they are decided together', async (t) => {
  const quick = { ...ofTwo, quarantineSeconds: 0 };
  // Of one stamp all: nothing but the ids tells what was decided.
  const { store, start, leased, holding, types } = await setUp(t, quick, clockOf('2026-11-21T12:00:00.000Z'));
  const first = start();
  await (await openNode(store, 'node-0')).join();
  await leased('node-0');
  const node = await openNode(store, 'node-1');
  await node.join();
  const [subnet = ''] = await leased('node-1');
  await node.learn(subnet);
  await node.ask({ type: 'request-leave' });
  await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
  await first.stop();
  await (await openNode(store, 'node-2')).join();
  start(undefined, 'another');
  await leased('node-2');
  t.deepEqual((await types()).slice(5), ['SubnetReleased', 'NodeLeft', 'NodeJoined', 'SubnetLeased']);
});

test('a surrendered lease is released when its last pod is gone, and the node leaves', async (t) => {
  const { store, start, leased, holding, types } = await setUp(t);
  start();
  const node = await openNode(store, 'node-1');
  await node.join();
  const [subnet = ''] = await leased('node-1');
  await node.learn(subnet);
  await node.ask(addPod('c1'));
  await node.ask({ type: 'request-leave' });
  await (await openNode(store, 'node-2')).join();
  await leased('node-2');
  t.deepEqual(holding('node-1')?.subnets, [subnet as never], 'its pod still runs');
  await node.ask(deletePod('c1'));
  await eventually('the node has left', async () => (holding('node-1') === undefined ? true : undefined));
  t.deepEqual((await types()).slice(-2), ['SubnetReleased', 'NodeLeft']);
});

test('an allocator that starts again goes on behind what it has decided', async (t) => {
  const { store, start, leased, types } = await setUp(t);
  const first = start();
  const node = await openNode(store, 'node-1');
  await node.join();
  await leased('node-1');
  t.deepEqual(await first.stop(), E.right(undefined));
  await (await openNode(store, 'node-2')).join();
  start();
  await leased('node-2');
  t.is((await types()).filter((type) => type === 'NodeJoined').length, 2);
});

test('a request behind the decisions is decided though the clock of the store went back', async (t) => {
  const { store, start, leased, cluster } = await setUp(t);
  const first = start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  await first.stop();
  const { subscribe } = store;
  const stampedBack: typeof subscribe = (wanted) =>
    changePages(subscribe(wanted), (page) =>
      page.map((event) =>
        event.stream.includes('node-1') ? event : { ...event, recordedAt: '2020-01-01T00:00:00.000Z' },
      ),
    );
  Object.assign(store, { subscribe: stampedBack });
  // In the life that sees the clock go back, and in one that begins behind that.
  await (await openNode(store, 'node-2')).join();
  const second = start();
  await leased('node-2');
  await (await openNode(store, 'node-3')).join();
  await leased('node-3');
  await second.stop();
  t.is(cluster.state().members.size, 3);
});

test('an allocator that lost its checkpoint decides nothing twice', async (t) => {
  const { store, start, leased, types } = await setUp(t);
  const first = start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  await first.stop();
  const before = await types();
  start(undefined, 'another');
  await (await openNode(store, 'node-2')).join();
  await leased('node-2');
  t.deepEqual(await types(), [...before, 'NodeJoined', 'SubnetLeased']);
});

test('an allocator that lost its checkpoint does not release again what was leased again since', async (t) => {
  const quick = { ...ofTwo, quarantineSeconds: 0 };
  const { store, start, leased, holding, refused, types } = await setUp(t, quick);
  const first = start();
  await (await openNode(store, 'node-2')).join();
  const node = await openNode(store, 'node-1');
  await leased('node-2');
  await node.join();
  const [subnet = ''] = await leased('node-1');
  await node.learn(subnet);
  await node.ask({ type: 'request-leave' });
  await eventually('it has left', async () => (holding('node-1') === undefined ? true : undefined));
  await node.join();
  t.deepEqual(await leased('node-1'), [subnet as never], 'the same subnet, there being no other');
  await first.stop();
  const before = await types();
  const second = start(undefined, 'another');
  // Refused, and the last thing to read: with it, all was read again.
  await (await openNode(store, 'node-3')).join();
  await eventually('all was read again', async () => refused.get('node-3'));
  t.deepEqual(await types(), before);
  t.deepEqual(await second.stop(), E.right(undefined), 'it did not stand down');
});

test('a second allocator conflicts and stands down', async (t) => {
  const { store, cluster, start, leased, types } = await setUp(t);
  const second = await openCluster(store);
  await cluster.transact({ type: 'configure', ...configuration, quarantineSeconds: 60 }, cause())();
  start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  const standing = start(second, 'another');
  await (await openNode(store, 'node-2')).join();
  t.like(await standing.ended, { _tag: 'Left', left: { type: 'conflict', stream: 'cluster-evio' } });
  await leased('node-2');
  const decided = ['ClusterConfigured', 'ClusterConfigured', 'NodeJoined', 'SubnetLeased'];
  t.deepEqual(await types(), [...decided, 'NodeJoined', 'SubnetLeased']);
});

test('requests to another cluster are none of its business', async (t) => {
  const { store, start, leased, types } = await setUp(t);
  start();
  const foreign = await opened(
    openAggregate(
      { store, clock, ids, sha256 },
      {
        stream: `host-other:node-9:${randomUUID()}`,
        codecs: hostEvents,
        decider: hostDecider,
        incarnation: randomUUID(),
      },
    ),
  );
  await foreign.transact({ type: 'request-join', node: nodeName('node-9'), publicKey: 'key' }, cause())();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  t.is((await types()).filter((type) => type === 'NodeJoined').length, 1);
});

test('what looks like a request in a stream of no host is passed over, readable or not', async (t) => {
  const { store, start, leased } = await setUp(t);
  const [event] = await Array.fromAsync(store.readAll());
  if (event === undefined) return t.fail();
  const { payload, metadata, hash } = event;
  const events = [{ id: randomUUID(), type: 'JoinRequested', payload, metadata, hash }];
  await store.append({ stream: 'orders', expectedRevision: 'no-stream', events })();
  start();
  await (await openNode(store, 'node-1')).join();
  t.deepEqual(await leased('node-1'), ['10.244.0.0/24' as never]);
});
