import { join } from 'node:path';
import test from 'ava';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { beginMember } from '../../support/member.ts';
import { openOverWire, plainAddress } from '../../support/wire.ts';
import { freePort, insecurely, type LedgerProcess, scratch, spawnLedger } from './server-process.ts';

const nodesAtOnce = 4;

test('two allocators at once beside nodes that join: one that was left behind stands down, and each node has a subnet of its own', async (t) => {
  t.timeout(300_000);
  const [folder, port] = [await scratch(t), await freePort()];
  await spawnLedger(t, ...insecurely(folder, port), '--allocate', 'off').says('serving');
  const address = plainAddress(port);
  const store = await openOverWire(t, port);
  await opened((await openCluster(store)).transact({ type: 'configure', ...configuration }, cause())());
  let [stoodDown, over] = [0, false];
  const running = new Map<string, LedgerProcess>();
  /** As its service manager does: one that stands down is started again. */
  const keepAllocating = async (name: string): Promise<void> => {
    while (!over) {
      const state = ['--state-dir', join(folder, name)];
      const allocator = spawnLedger(t, 'allocate', '--ledger', address, ...state);
      running.set(name, allocator);
      await allocator.exited;
      if (!over) stoodDown += 1;
    }
  };
  const signal = (name: string, what: NodeJS.Signals) => process.kill(running.get(name)?.pid ?? 0, what);
  let joined = 0;
  const joinSome = async () => {
    const members = await Promise.all(
      Array.from({ length: nodesAtOnce }, () => {
        joined += 1;
        return beginMember(t, { folder: scratchFolder(t), address, node: `node-${joined}` });
      }),
    );
    await Promise.all(members.map((member) => member.join()));
    return Promise.all(members.map((member) => member.leased(60_000)));
  };
  const both = Promise.all(['one', 'other'].map(keepAllocating));
  await Promise.all([...running.values()].map((allocator) => allocator.says('allocating')));
  const atOnce = await joinSome();
  signal('one', 'SIGSTOP');
  const without = await joinSome();
  signal('other', 'SIGSTOP');
  signal('one', 'SIGCONT');
  // It knows nothing of what the other one has decided, and is alone.
  const leftBehind = await joinSome();
  t.true(stoodDown > 0, 'it went on with what it knew');
  signal('other', 'SIGCONT');
  const again = await joinSome();
  over = true;
  await Promise.all([...running.values()].map((allocator) => allocator.end()));
  await both;
  const leases = [atOnce, without, leftBehind, again].flat();
  const nodes = leases.length;
  t.is(new Set(leases.flatMap(({ subnets }) => subnets)).size, nodes);
  const events = await Array.fromAsync(store.readStream('cluster-evio'));
  t.deepEqual(events.map(({ type }) => type).sort(), [
    'ClusterConfigured',
    ...Array(nodes).fill('NodeJoined'),
    ...Array(nodes).fill('SubnetLeased'),
  ]);
  t.is(new Set(events.map(({ id }) => id)).size, events.length);
});
