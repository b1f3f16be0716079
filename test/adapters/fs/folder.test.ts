import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { ensureFolder } from '../../../adapters/fs/folder.ts';

const scratch = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-folder-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
};

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a folder is made with its mode, and those above it', async (t) => {
  const path = join(await scratch(t), 'a', 'b');
  t.deepEqual(await ensureFolder(path, 0o700)(), E.right(undefined));
  t.is(await modeOf(path), 0o700);
});

test('a folder that is there keeps its mode and what is in it', async (t) => {
  const path = await scratch(t);
  await chmod(path, 0o711);
  await writeFile(join(path, 'kept'), '');
  t.deepEqual(await ensureFolder(path, 0o700)(), E.right(undefined));
  t.is(await modeOf(path), 0o711);
  t.true((await stat(join(path, 'kept'))).isFile());
});

test('a file in the place of the folder, or of one above it, is a failure that names the folder', async (t) => {
  const file = join(await scratch(t), 'file');
  await writeFile(file, 'kept');
  for (const path of [file, join(file, 'below')]) {
    t.like(await ensureFolder(path, 0o700)(), { _tag: 'Left', left: { type: 'file-failed', path } });
  }
});
