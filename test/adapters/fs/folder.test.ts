import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { ensureFolder } from '../../../adapters/fs/folder.ts';
import { runToEnd } from '../../support/run-to-end.ts';

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

test('where nothing can be made it fails, and does not try for ever', async (t) => {
  for (const path of ['/proc/evio', '/proc/evio/below', '/proc/self/evio'])
    t.like(await ensureFolder(path, 0o700)(), { _tag: 'Left', left: { type: 'file-failed', path } });
});

test('somebody who makes the same folder at the same moment is in nobody’s way', async (t) => {
  const path = join(await scratch(t), 'a', 'b', 'c');
  const program = `import { makeFolders } from '${import.meta.resolve('../../../adapters/fs/folder.ts')}'; makeFolders('${path}', 0o700);`;
  const many = await Promise.all(
    Array.from({ length: 6 }, () => runToEnd([process.execPath, '--input-type=module', '--eval', program])),
  );
  t.deepEqual(
    many.map(({ code, err }) => [code, err]),
    Array(6).fill([0, '']),
  );
  t.is(await modeOf(path), 0o700);
});

test('a link to nothing in the place of the folder is left as it is', async (t) => {
  const path = join(await scratch(t), 'link');
  await symlink('/nowhere/evio', path);
  t.like(await ensureFolder(path, 0o700)(), { _tag: 'Left', left: { type: 'file-failed', path } });
});
