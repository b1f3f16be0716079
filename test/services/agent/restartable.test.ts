import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { restartable } from '../../../services/agent/restartable.ts';

test('it ends before the change and begins anew behind it, also when the change fails; it is over when the signal aborts', async (t) => {
  const told: string[] = [];
  const stopping = new AbortController();
  let life = 0;
  const running = restartable(async (signal) => {
    life += 1;
    const own = life;
    told.push(`begins ${own}`);
    while (!signal.aborted) await turn();
    told.push(`ends ${own}`);
    return own;
  }, stopping.signal);
  t.is(await running.around(async () => told.push('change')), 3);
  await t.throwsAsync(
    running.around(async () => {
      throw new Error('no');
    }),
  );
  const over = running.over();
  stopping.abort();
  t.is(await over, 3);
  t.deepEqual(told, ['begins 1', 'ends 1', 'change', 'begins 2', 'ends 2', 'begins 3', 'ends 3']);
});
