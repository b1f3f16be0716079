import test from 'ava';
import type { Timer } from '../../domain/port/timer.ts';
import { keepSnapshots } from '../../services/keep-snapshots.ts';

/** Time that passes when the test says so. */
const handTimer = () => {
  const tasks = new Set<() => Promise<void>>();
  const every: Timer['every'] = (_, task) => {
    tasks.add(task);
    return () => tasks.delete(task);
  };
  const pass = async (): Promise<void> => {
    for (const task of tasks) await task();
  };
  return { timer: { every, sleep: async () => undefined }, pass };
};

test('states are kept after ten thousand events while it runs, after any when it ends, and then no more', async (t) => {
  const { timer, pass } = handTimer();
  const asked: string[] = [];
  const keep = (of: string) => async (distance: number) => {
    asked.push(`${of} ${distance}`);
  };
  const end = keepSnapshots(timer, [keep('host'), keep('cluster')]);
  t.deepEqual(asked, []);
  await pass();
  t.deepEqual(asked, ['host 10000', 'cluster 10000']);
  await end();
  await pass();
  t.deepEqual(asked, ['host 10000', 'cluster 10000', 'host 1', 'cluster 1']);
});
