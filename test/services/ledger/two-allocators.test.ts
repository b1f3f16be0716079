import test from 'ava';
import { streamIn } from '../../support/ledgered-scene.ts';
import { type Machine, makeMachinesServed } from '../../support/machines.ts';
import type { LedgerProcess } from './server-process.ts';

const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
const names = ['one', 'other'] as const;

test('two allocators at once beside nodes that join: one that was left behind stands down, and each node has a subnet of its own', async (t) => {
  t.timeout(300_000);
  const { plugIn, allocator, logFile } = await makeMachinesServed(t, ['--allocate', 'off'], ...networks);
  let [stoodDown, over] = [0, false];
  const running = new Map<string, LedgerProcess>();
  /** As its service manager does: one that stands down is started again. */
  const keepAllocating = async (name: string): Promise<void> => {
    const start = await allocator(name);
    const begin = (): LedgerProcess => {
      const process = start();
      running.set(name, process);
      return process;
    };
    const goesOn = async (process: LedgerProcess): Promise<void> => {
      await process.exited;
      if (over) return;
      stoodDown += 1;
      await goesOn(begin());
    };
    const first = begin();
    keeping.push(goesOn(first));
    await first.says('allocating');
  };
  const keeping: Array<Promise<void>> = [];
  const signal = (name: string, what: NodeJS.Signals) => process.kill(running.get(name)?.pid ?? 0, what);
  const machines = await Promise.all(Array.from({ length: 10 }, (_, n) => plugIn(`node-${n + 1}`)));
  await Promise.all([...names.map(keepAllocating), ...machines.map(({ start }) => start())]);
  const join = (...some: ReadonlyArray<Machine>) =>
    Promise.all(
      some.map(async ({ configGen }) => {
        const { code, err } = await configGen();
        t.is(code, 0, err);
      }),
    );
  await join(...machines.slice(0, 4));
  signal('one', 'SIGSTOP');
  await join(...machines.slice(4, 5));
  signal('other', 'SIGSTOP');
  signal('one', 'SIGCONT');
  // It knows nothing of what the other one has decided, and is alone.
  await join(...machines.slice(5, 6));
  t.true(stoodDown > 0, 'it went on with what it knew');
  signal('other', 'SIGCONT');
  await join(...machines.slice(6));
  over = true;
  await Promise.all([...running.values()].map((allocator) => allocator.end()));
  await Promise.all(keeping);

  const nodes = machines.length;
  const leases = await Promise.all(machines.map(async ({ node }) => (await node.status()).lease));
  t.is(new Set(leases.flatMap((lease) => lease?.subnets ?? [])).size, nodes);
  t.is(new Set(leases.map((lease) => lease?.hostAddress)).size, nodes);
  const events = streamIn(logFile, 'cluster-evio');
  t.deepEqual(events.map(({ type }) => type).sort(), [
    'ClusterConfigured',
    ...Array(nodes).fill('NodeJoined'),
    ...Array(nodes).fill('SubnetLeased'),
  ]);
  t.is(new Set(events.map(({ id }) => id)).size, events.length);
});
