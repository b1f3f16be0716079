import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { clockSynchronised } from '../../../adapters/kernel/clock-state.ts';
import { run } from '../../support/run.ts';

const source = `
#include <stdio.h>
#include <sys/timex.h>
int main(void) {
  struct timex asked = { 0 };
  int state = adjtimex(&asked);
  puts(state < 0 ? "unknown" : state == TIME_ERROR ? "false" : "true");
}
`;

test('the clock is kept or not as the kernel has it for a C program', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-clock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'clock.c'), source);
  await run('gcc', '-o', join(folder, 'clock'), join(folder, 'clock.c'));
  const said = (await run(join(folder, 'clock'))).trim();
  t.is(String(clockSynchronised() ?? 'unknown'), said);
});
