import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { eventually } from '../../support/node.ts';

const folderOf = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-fs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('what was written is read back, with the mode asked for whatever the umask', async (t) => {
  const path = join(await folderOf(t), '10-evio.conflist');
  t.deepEqual(await files.write(path, '{"name":"évio"}\n', 0o666)(), E.right(undefined));
  t.deepEqual(await files.read(path)(), E.right('{"name":"évio"}\n'));
  t.is((await stat(path)).mode & 0o777, 0o666);
});

test('a file that is not there reads as undefined', async (t) => {
  const folder = await folderOf(t);
  t.deepEqual(await files.read(join(folder, 'none'))(), E.right(undefined));
  t.deepEqual(await files.read(join(folder, 'none', 'deeper'))(), E.right(undefined));
});

test('what cannot be read is a failure in the words of the system', async (t) => {
  const folder = await folderOf(t);
  t.deepEqual(
    await files.read(folder)(),
    E.left({ type: 'file-failed', path: folder, reason: 'illegal operation on a directory (EISDIR)' }),
  );
});

test('writing into a folder that is not there fails by name', async (t) => {
  const path = join(await folderOf(t), 'none', 'file');
  t.deepEqual(
    await files.write(path, 'x', 0o600)(),
    E.left({ type: 'file-failed', path, reason: 'no such file or directory (ENOENT)' }),
  );
});

test('a reader sees the old text or the new one, never a part, and no name that a runtime would load', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, '10-evio.conflist');
  const texts = ['a'.repeat(300_000), 'b'.repeat(200_000)];
  await files.write(path, texts[0] ?? '', 0o600)();
  const seen = new Set<string>();
  const names = new Set<string>();
  let writing = true;
  const reading = (async () => {
    while (writing) {
      seen.add(await readFile(path, 'utf8'));
      for (const name of await readdir(folder)) names.add(name);
    }
  })();
  for (let round = 0; round < 30; round += 1) await files.write(path, texts[round % 2] ?? '', 0o600)();
  writing = false;
  await reading;
  t.deepEqual([...seen].sort(), texts);
  t.true(names.size > 1, 'a temporary file was seen');
  t.deepEqual(
    [...names].filter((name) => name !== '10-evio.conflist' && !/^\..*\.tmp$/.test(name)),
    [],
  );
});

test('many writers of one file at once leave one whole text and nothing else', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'file');
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
  const answers = await Promise.all(texts.map((text) => files.write(path, text, 0o600)()));
  t.true(answers.every(E.isRight));
  t.true(texts.includes(await readFile(path, 'utf8')));
  t.deepEqual(await readdir(folder), ['file']);
});

test('a write that fails leaves the old file and no temporary one', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'file');
  await mkdir(join(path, 'in-the-way'), { recursive: true });
  t.deepEqual(
    await files.write(path, 'x', 0o600)(),
    E.left({ type: 'file-failed', path, reason: 'illegal operation on a directory (EISDIR)' }),
  );
  t.deepEqual(await readdir(folder), ['file']);
});

test('a full disk fails the write and keeps the old text', async (t) => {
  const folder = await folderOf(t);
  // A file system of 64 KiB in a mount namespace of the child's own, which goes away with the child.
  const program = `
    import { readdirSync, readFileSync } from 'node:fs';
    import { files } from ${JSON.stringify(import.meta.resolve('../../../adapters/fs/files.ts'))};
    const path = ${JSON.stringify(join(folder, 'file'))};
    await files.write(path, 'old', 0o600)();
    const answer = await files.write(path, 'x'.repeat(1024 * 1024), 0o600)();
    const names = readdirSync(${JSON.stringify(folder)});
    console.log(JSON.stringify({ answer, text: readFileSync(path, 'utf8'), names }));`;
  const mounted = `mount -t tmpfs -o size=64k tmpfs "${folder}" && exec "$0" --input-type=module -e "$1"`;
  const { stdout } = await promisify(execFile)('unshare', [
    '--mount',
    'sh',
    '-c',
    mounted,
    process.execPath,
    program,
  ]);
  t.deepEqual(JSON.parse(stdout), {
    answer: {
      _tag: 'Left',
      left: { type: 'file-failed', path: join(folder, 'file'), reason: 'no space left on device (ENOSPC)' },
    },
    text: 'old',
    names: ['file'],
  });
});

test('temporary files that a killed process left are removed, those of a writer at work are not', async (t) => {
  const folder = await folderOf(t);
  const old = new Date(Date.now() - 60 * 60 * 1000);
  for (const name of [
    '.file.0123456789ab.tmp',
    '.other.0123456789ab.tmp',
    '.file.bak',
    '.file.ffffffffffff.tmp',
  ])
    await writeFile(join(folder, name), '');
  await utimes(join(folder, '.file.0123456789ab.tmp'), old, old);
  await utimes(join(folder, '.other.0123456789ab.tmp'), old, old);
  await utimes(join(folder, '.file.bak'), old, old);
  await files.write(join(folder, 'file'), 'x', 0o600)();
  t.deepEqual((await readdir(folder)).sort(), [
    '.file.bak',
    '.file.ffffffffffff.tmp',
    '.other.0123456789ab.tmp',
    'file',
  ]);
});

test('a program is replaced while it runs', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'evio');
  t.deepEqual(await files.copy('/bin/sleep', path, 0o755)(), E.right(undefined));
  const running = spawn(path, ['60'], { stdio: 'ignore' });
  await once(running, 'spawn');
  t.deepEqual(await files.copy('/bin/true', path, 0o700)(), E.right(undefined));
  t.is(running.exitCode, null);
  running.kill();
  await once(running, 'exit');
  t.deepEqual(await readFile(path), await readFile('/bin/true'));
  t.is((await stat(path)).mode & 0o777, 0o700);
  t.deepEqual(await readdir(folder), ['evio']);
});

test('copying what is not there names the source, and keeps the target', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'evio');
  await writeFile(target, 'old');
  const source = join(folder, 'none');
  t.deepEqual(
    await files.copy(source, target, 0o755)(),
    E.left({ type: 'file-failed', path: source, reason: 'no such file or directory (ENOENT)' }),
  );
  t.is(await readFile(target, 'utf8'), 'old');
});

test('a symbolic link is replaced, and what it points to is kept', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'foreign'), 'foreign');
  await symlink('foreign', join(folder, 'file'));
  await files.write(join(folder, 'file'), 'ours', 0o600)();
  t.true((await lstat(join(folder, 'file'))).isFile());
  t.is(await readFile(join(folder, 'foreign'), 'utf8'), 'foreign');
});

test('removing succeeds, and succeeds again, also without the folder', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'file');
  await writeFile(path, 'x');
  t.deepEqual(await files.exists(path)(), E.right(true));
  t.deepEqual(await files.remove(path)(), E.right(undefined));
  t.deepEqual(await files.exists(path)(), E.right(false));
  t.deepEqual(await files.remove(path)(), E.right(undefined));
  t.deepEqual(await files.remove(join(folder, 'none', 'file'))(), E.right(undefined));
});

test('a folder is not removed as if it were a file', async (t) => {
  const folder = await folderOf(t);
  t.true(E.isLeft(await files.remove(folder)()));
  t.true((await stat(folder)).isDirectory());
});

test('a link that leads nowhere is something under its name', async (t) => {
  const path = join(await folderOf(t), 'link');
  await symlink('nowhere', path);
  t.deepEqual(await files.exists(path)(), E.right(true));
});

test('the copy has the mode asked for, not that of its source', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'source'), 'x');
  await chmod(join(folder, 'source'), 0o400);
  await files.copy(join(folder, 'source'), join(folder, 'target'), 0o755)();
  t.is((await stat(join(folder, 'target'))).mode & 0o777, 0o755);
});

test('who watches a file hears of it, also anew after it went, and not of others', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, '10-evio.conflist');
  let heard = 0;
  const watching = files.watch(path, () => {
    heard += 1;
  });
  if (E.isLeft(watching)) return t.fail(watching.left.reason);
  t.teardown(watching.right);
  const isHeard = async (what: string): Promise<void> => {
    await eventually(what, async () => (heard > 0 ? true : undefined));
    heard = 0;
  };
  await files.write(path, 'x', 0o600)();
  await isHeard('the file came');
  await writeFile(join(folder, '20-other.conflist'), 'x');
  await rm(path);
  await isHeard('the file went');
  await files.write(path, 'y', 0o600)();
  await isHeard('the file came again');

  await writeFile(join(folder, '20-other.conflist'), 'y');
  await rm(join(folder, '20-other.conflist'));
  await sleep(200);
  t.is(heard, 0);
  t.true(E.isLeft(files.watch(join(folder, 'none', 'file'), () => undefined)));
});
