import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { clock } from '../../../adapters/system/clock.ts';
import { timer } from '../../../adapters/system/timer.ts';

const elapsed = async (run: () => Promise<void>): Promise<number> => {
  const start = clock.monotonicMs();
  await run();
  return clock.monotonicMs() - start;
};

test('a sleep lasts its time', async (t) => {
  t.true((await elapsed(() => timer.sleep(30))) >= 29);
});

test('a sleep ends at once when its signal aborts, and when it was aborted before', async (t) => {
  const controller = new AbortController();
  const asleep = elapsed(() => timer.sleep(60_000, controller.signal));
  controller.abort();
  t.true((await asleep) < 5_000);
  t.true((await elapsed(() => timer.sleep(60_000, controller.signal))) < 5_000);
});

test('a sleep of many days is not taken for none', async (t) => {
  const controller = new AbortController();
  let ended = false;
  const asleep = timer.sleep(2 ** 40, controller.signal).then(() => {
    ended = true;
  });
  await timer.sleep(50);
  t.false(ended);
  controller.abort();
  await asleep;
});

test('a task runs again and again, never beside itself, until it is ended', async (t) => {
  let [running, most, runs] = [0, 0, 0];
  const end = timer.every(5, async () => {
    running += 1;
    most = Math.max(most, running);
    await timer.sleep(20);
    running -= 1;
    runs += 1;
  });
  await timer.sleep(300);
  end();
  await timer.sleep(50);
  const before = runs;
  t.true(before >= 3);
  t.is(most, 1);
  await timer.sleep(100);
  t.is(runs, before);
});

const nodeRuns = (program: string): Promise<{ readonly stdout: string }> =>
  promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `import { timer } from ${JSON.stringify(import.meta.resolve('../../../adapters/system/timer.ts'))}; ${program}`,
  ]);

test('a rhythm alone keeps no process alive', async (t) => {
  const { stdout } = await nodeRuns(`timer.every(3_600_000, async () => {}); console.log('end');`);
  t.is(stdout, 'end\n');
});

test('a task that rejects is not swallowed and does not end the rhythm', async (t) => {
  const { stdout } = await nodeRuns(`
    process.on('unhandledRejection', (cause) => console.log(cause.message));
    let runs = 0;
    timer.every(5, async () => { runs += 1; throw new Error('turn ' + runs); });
    while (runs < 3) await timer.sleep(5);
    process.exit();`);
  t.deepEqual(stdout.split('\n').slice(0, 2), ['turn 1', 'turn 2']);
});

test('a task that rejects ends a process that has not said otherwise', async (t) => {
  await t.throwsAsync(
    nodeRuns(`timer.every(5, async () => { throw new Error('a mistake'); }); await timer.sleep(10_000);`),
    { message: /a mistake/ },
  );
});

test('the clock tells RFC 3339 in UTC with milliseconds', (t) => {
  const before = Date.now();
  const told = clock.now();
  t.regex(told, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.true(Date.parse(told) >= before && Date.parse(told) <= Date.now());
});
