import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { writeNewFolder } from '../../../adapters/fs/new-folder.ts';
import type { TextFile } from '../../../domain/port/new-folder.ts';

const scratch = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-new-folder-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const texts: ReadonlyArray<TextFile> = [
  { name: 'a.json', text: '{}\n' },
  { name: 'hosts/b.json', text: '[]\n' },
  { name: 'hosts/c.json', text: '"ü"\n' },
];

const found = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true }).map(String).sort();

test('a folder that is not there, or empty, holds the files', async (t) => {
  const within = scratch(t);
  const empty = join(within, 'empty');
  mkdirSync(empty);
  for (const folder of [empty, join(within, 'not/yet/there')]) {
    t.deepEqual(await writeNewFolder(folder, texts)(), E.right(3));
    t.deepEqual(found(folder), ['a.json', 'hosts', 'hosts/b.json', 'hosts/c.json']);
    t.is(readFileSync(join(folder, 'hosts/c.json'), 'utf8'), '"ü"\n');
  }
});

test('a folder that holds something is refused and stays as it is', async (t) => {
  const within = scratch(t);
  writeFileSync(join(within, 'mine'), 'kept');
  t.deepEqual(
    await writeNewFolder(within, texts)(),
    E.left({ type: 'folder-not-empty', path: within, holds: 'mine' }),
  );
  t.deepEqual(found(within), ['mine']);
});

test('when one file cannot be made none stays', async (t) => {
  const within = scratch(t);
  const folder = join(within, 'out');
  const twice = await writeNewFolder(folder, [...texts, { name: 'a.json', text: 'again' }])();
  t.like(twice, { left: { type: 'file-failed', path: folder } });
  t.deepEqual(found(within), []);
});

test('what is no folder is refused with the system’s words', async (t) => {
  const within = scratch(t);
  writeFileSync(join(within, 'file'), '');
  t.deepEqual(
    await writeNewFolder(join(within, 'file'), texts)(),
    E.left({ type: 'file-failed', path: join(within, 'file'), reason: 'not a directory (ENOTDIR)' }),
  );
});
