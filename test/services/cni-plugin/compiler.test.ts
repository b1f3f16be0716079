import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runToEnd } from '../../support/node.ts';
import { run } from '../../support/run.ts';

const build = join(import.meta.dirname, '../../../services/cni-plugin/build.ts');

test('the plugin is compiled for any x86-64, also by a compiler that takes newer ones for granted', async (t) => {
  const scratch = await mkdtemp(join(tmpdir(), 'evio-compiler-'));
  t.teardown(() => rm(scratch, { recursive: true, force: true }));
  const [tools, macros] = [join(scratch, 'tools'), join(scratch, 'macros')];
  await mkdir(tools);
  const real = (await run('sh', '-c', 'command -v musl-gcc')).trim();
  const granted = process.arch === 'x64' ? '-march=x86-64-v3' : '';
  // Beside its work it says what it takes for granted, after the options of this kind that it is given.
  const compiler = `#!/bin/sh
for each; do case $each in -m*) least="$least $each" ;; esac; done
${real} ${granted} $least -dM -E -x c /dev/null > ${macros} && exec ${real} "$@"
`;
  await writeFile(join(tools, 'musl-gcc'), compiler);
  await chmod(join(tools, 'musl-gcc'), 0o755);
  const { code, err } = await runToEnd([process.execPath, build, join(scratch, 'evio')], {
    env: { PATH: `${tools}:${process.env['PATH']}` },
  });
  t.is(code, 0, err);
  const assumed = await readFile(macros, 'utf8');
  t.true(assumed.includes('#define __GNUC__ '));
  t.notRegex(assumed, /__(AVX|BMI|SSE4|POPCNT)/);
});
