import test from 'ava';
import { runToEnd } from '../support/run-to-end.ts';

const program = new URL('../../bench/cluster/main.ts', import.meta.url).pathname;

test('bench:cluster says in its last line how quickly a cluster is simulated', async (t) => {
  const { code, out, err } = await runToEnd([
    ...[process.execPath, program],
    ...['--quick', '--json', '--only', 'simulate'],
  ]);
  t.is(code, 0, err);
  const figures = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  t.deepEqual(Object.keys(figures), ['simulatedStepsPerS']);
  t.true(figures.simulatedStepsPerS > 0);
});
