import { join } from 'node:path';
import test from 'ava';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { beginMember } from '../../support/member.ts';
import { openOverWire, plainAddress } from '../../support/wire.ts';
import { freePort, insecurely, scratch, spawnLedger } from './server-process.ts';

const nodes = 12;

test('two allocators at once beside nodes that join: each node has one subnet, no subnet has two nodes', async (t) => {
  t.timeout(300_000);
  const [folder, port] = [await scratch(t), await freePort()];
  await spawnLedger(t, ...insecurely(folder, port), '--allocate', 'off').says('serving');
  const address = plainAddress(port);
  const store = await openOverWire(t, port);
  await opened((await openCluster(store)).transact({ type: 'configure', ...configuration }, cause())());
  let ended = 0;
  let over = false;
  /** As its service manager does: one that stands down is started again. */
  const keepAllocating = async (name: string): Promise<void> => {
    while (!over) {
      const state = ['--state-dir', join(folder, name)];
      const allocator = spawnLedger(t, 'allocate', '--ledger', address, ...state);
      running.set(name, allocator);
      await allocator.exited;
      ended += 1;
    }
  };
  const running = new Map<string, ReturnType<typeof spawnLedger>>();
  const both = Promise.all(['one', 'other'].map(keepAllocating));
  const members = await Promise.all(
    Array.from({ length: nodes }, (_, n) =>
      beginMember(t, { folder: scratchFolder(t), address, node: `node-${n}` }),
    ),
  );
  await Promise.all(members.map((member) => member.join()));
  const leases = await Promise.all(members.map((member) => member.leased(120_000)));
  over = true;
  await Promise.all([...running.values()].map((allocator) => allocator.end()));
  await both;
  t.log(`${ended} times an allocator ended`);
  t.is(new Set(leases.flatMap(({ subnets }) => subnets)).size, nodes);
  const events = await Array.fromAsync(store.readStream('cluster-evio'));
  t.deepEqual(events.map(({ type }) => type).sort(), [
    'ClusterConfigured',
    ...Array(nodes).fill('NodeJoined'),
    ...Array(nodes).fill('SubnetLeased'),
  ]);
  t.is(new Set(events.map(({ id }) => id)).size, events.length);
});
