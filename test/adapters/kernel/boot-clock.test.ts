import { readFileSync } from 'node:fs';
import test from 'ava';
import { sinceBootMs } from '../../../adapters/kernel/boot-clock.ts';

/** Of the kernel, in hundredths of a second (proc_uptime(5)); the time that the machine slept counts there too. */
const uptimeMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

test('it tells the time since boot as the kernel tells it', (t) => {
  const [before, told, after] = [uptimeMs(), sinceBootMs(), uptimeMs()];
  t.true(before - 10 <= told && told <= after + 10, `${before} ${told} ${after}`);
  t.true(sinceBootMs() >= told);
});
