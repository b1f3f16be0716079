import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { act } from '../../../simulator/cluster/act.ts';
import { makeClusterWorld } from '../../../simulator/cluster/make-world.ts';
import type { ClusterStep } from '../../../simulator/cluster/step.ts';

/*
 * What the simulator of clusters found, each by the shortest way that leads there.
 */

/** A world of three nodes; first come, first served. */
const clusterWorld = () => {
  const world = makeClusterWorld(1, 3, {});
  const [host] = world.hosts;
  if (host === undefined) throw new Error('there is no node');
  const type = (wanted: string) => (): boolean =>
    host.disk.eventsFrom(0).some((event) => event.type === wanted);
  /** Until it is so, or so many milliseconds have passed and nothing waits but what is held up. */
  const until = async (isSo: () => boolean, heldUp?: string, ms = 20_000): Promise<boolean> => {
    const { loop } = world;
    const end = loop.now() + ms;
    for (;;) {
      await turn();
      if (isSo()) return true;
      const next = loop.waiting().findIndex((label) => label !== heldUp);
      if ((next === -1 ? loop.elapse(end) : loop.release(next)) === undefined) return false;
    }
  };
  const quiet = () => until(() => false);
  const step = (one: ClusterStep): void => void act(world, one);
  /** The ledger runs, its cluster is configured, and the first node asks to join. */
  const begin = async (): Promise<void> => {
    const opening: ReadonlyArray<ClusterStep> = [
      { type: 'start-ledger' },
      { type: 'configure', quarantineSeconds: 30 },
      { type: 'start', host: 0 },
    ];
    for (const one of opening) {
      step(one);
      await quiet();
    }
    step({ type: 'join', host: 0 });
  };
  return { world, host, type, until, quiet, step, begin };
};

test('an older copy whose replica has a lease that its stream had not learnt of is fenced when it learns of it', async (t) => {
  const { world, host, type, until, quiet, step, begin } = clusterWorld();
  await begin();
  t.true(await until(type('SubnetLeased')));
  t.false(type('LeaseObserved')());
  step({ type: 'keep-image', host: 0 });
  await quiet();
  step({ type: 'add', host: 0, pod: 1 });
  await quiet();
  t.truthy(host.history.state().lease);
  step({ type: 'put-older-back', host: 0 });
  step({ type: 'start', host: 0 });
  const words = () => host.life?.membership?.ledger?.status().words ?? '';
  const replica = 'ClusterConfigured and 2 more delivered';
  t.true(await until(() => words().startsWith('stopped: this log is older'), replica));
  t.false(type('LeaseObserved')());
  await quiet();
  t.true(type('LeaseObserved')());
  t.true(type('FenceObserved')());
  t.is(host.history.state().lease, undefined);
  t.is(world.broken, undefined);
});

test('what a log held once is no second holding when it is read again behind a power cut; what it holds still is', async (t) => {
  const { world, host, quiet, step, begin } = clusterWorld();
  const [, other] = world.hosts;
  if (other === undefined) throw new Error('there is one node only');
  await begin();
  await quiet();
  step({ type: 'add', host: 0, pod: 1 });
  await quiet();
  const [address] = [...host.running.values()].flat();
  if (address === undefined) throw new Error('the pod has no address');
  step({ type: 'del', host: 0, pod: 1 });
  await quiet();
  world.holders.set(address, new Set([other]));
  step({ type: 'power-cut', host: 0, pick: 0 });
  t.is(world.broken, undefined);

  world.holders.delete(address);
  step({ type: 'start', host: 0 });
  await quiet();
  step({ type: 'add', host: 0, pod: 2 });
  await quiet();
  const [held] = [...host.running.values()].flat();
  if (held === undefined) throw new Error('the second pod has no address');
  world.holders.set(held, new Set([other]));
  step({ type: 'power-cut', host: 0, pick: 0 });
  t.is(world.broken?.promise, 'no address is held by two live attachments');
});
