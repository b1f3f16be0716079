import test from 'ava';
import { cause, opened, openNode, setUp } from '../../support/allocator.ts';
import { configuration, join, lease, life } from '../../support/cluster.ts';
import { leaseObserved } from '../../support/events.ts';
import { bootId } from '../../support/host.ts';
import { eventually } from '../../support/node.ts';

test('a node presents its lease to a restored log as soon as that is configured to be read, at whatever revision', async (t) => {
  const { store, cluster } = await setUp(t, { ...configuration, minReader: 5 });
  const restored = { type: 'record-restore', epoch: 2, backup: { epoch: 1, position: 0 } } as const;
  await opened(cluster.transact(restored, cause())());
  const node = await openNode(store, 'node-1');
  await node.ask({ type: 'start', bootId });
  await node.join();
  const { type: _, ...lease } = leaseObserved;
  // Learnt at a revision that the restored log does not reach.
  await node.ask({ type: 'observe-lease', ...lease, minReader: 5, clusterRevision: 57 });
  node.follow(t);
  await opened(cluster.transact({ type: 'configure', ...configuration, minReader: 6 }, cause())());
  await eventually('it presents its lease', async () => node.host.state().epoch === 2 || undefined);
  t.is(node.host.state().lease?.minReader, 6);
});

test('what is decided of other nodes is gone through in one go', async (t) => {
  const { store, cluster } = await setUp(t);
  const node = await openNode(store, 'node-1');
  await node.ask({ type: 'start', bootId });
  const others = 20;
  for (let n = 1; n <= others; n += 1)
    for (const command of [join(`other-${n}`, undefined, life(n)), lease(`other-${n}`, undefined, life(n))])
      await opened(cluster.transact(command, cause())());
  const end = cluster.revision();
  const turnsAt = new Map<number, number>();
  let turns = 0;
  node.follow(t, (revision) => {
    turnsAt.set(revision, turns);
    queueMicrotask(() => {
      turns += 1;
    });
  });
  await eventually('it has looked at all', async () => turnsAt.has(end) || undefined);
  t.is(turnsAt.size, end + 1);
  // The cluster's configuration, which comes first, is learnt; nothing is waited for behind it.
  t.is(turnsAt.get(end), turnsAt.get(1));
});
