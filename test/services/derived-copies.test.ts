import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { files } from '../../adapters/fs/files.ts';
import { derivedCopies } from '../../services/derived-copies.ts';
import { scratchFolder } from '../adapters/sqlite/scratch.ts';

test('all of them are removed, whether they are there or not; one that cannot be is named', async (t) => {
  const folder = scratchFolder(t);
  const [snapshot, index] = [join(folder, 'snapshot'), join(folder, 'index')];
  writeFileSync(index, '');
  t.like(await derivedCopies(files, [snapshot, index]).remove()(), { _tag: 'Right' });
  t.false(existsSync(index));
  mkdirSync(index);
  writeFileSync(join(index, 'something'), '');
  t.like(await derivedCopies(files, [snapshot, index]).remove()(), {
    left: { type: 'file-failed', path: index },
  });
});
