import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { run } from '../../support/run.ts';

const adapter = join(import.meta.dirname, '../../../adapters/fs/files.ts');
const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat';

/** What a program of its own does with files, call by call. One that another begins before it is done has two lines (strace(1)). */
const traced = async (scratch: string, task: string): Promise<ReadonlyArray<string>> => {
  const trace = join(scratch, 'trace');
  const program = `
    import { files } from ${JSON.stringify(adapter)};
    const done = await files.${task}();
    if (done._tag === 'Left') throw new Error(JSON.stringify(done.left));`;
  const node = [process.execPath, '--input-type=module', '-e', program];
  await run('strace', '-f', '-y', '-e', calls, '-o', trace, ...node);
  return (await readFile(trace, 'utf8')).split('\n');
};

const quoted = (...args: ReadonlyArray<string>): string => args.map((each) => JSON.stringify(each)).join();

const filled = ['flush the file', 'name it', 'flush its folder'];

for (const [what, task, order] of [
  ['written', (to: string) => `write(${quoted(to, 'text')}, 0o644)`, filled],
  ['copied', (to: string) => `copy(${quoted(`${to}.from`, to)}, 0o644)`, filled],
  ['removed', (to: string) => `remove(${quoted(to)})`, ['remove it', 'flush its folder']],
] as const)
  test(`a file that is ${what} is so on disk, step by step, before it is said`, async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), 'evio-replace-'));
    t.teardown(() => rm(scratch, { recursive: true, force: true }));
    const folder = await mkdtemp(join(scratch, 'in-'));
    const target = join(folder, 'target');
    for (const path of [target, `${target}.from`]) await writeFile(path, 'earlier');
    const temporary = `${folder}/\\.target\\.[0-9a-f]+\\.tmp`;
    const steps = {
      'flush the file': new RegExp(`fsync\\(\\d+<${temporary}>\\) *= 0$`),
      'name it': new RegExp(`rename(at2?)?\\(.*"${temporary}", .*"${target}".*\\) *= 0$`),
      'remove it': new RegExp(`unlink(at)?\\(.*"${target}".*\\) *= 0$`),
      'flush its folder': new RegExp(`fsync\\(\\d+<${folder}>\\) *= 0$`),
    };
    const told = await traced(scratch, task(target));
    t.deepEqual(
      told.flatMap((line) =>
        Object.entries(steps).flatMap(([step, shown]) => (shown.test(line) ? [step] : [])),
      ),
      [...order],
      told.join('\n'),
    );
  });
