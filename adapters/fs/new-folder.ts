import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { either as E } from 'fp-ts';
import type { TextFile, WriteNewFolder } from '../../domain/port/new-folder.ts';
import { failed, isMissing } from './failure.ts';
import { makeFolders } from './folder.ts';

/** As the umask has it. */
const folderMode = 0o777;

const namesIn = async (path: string): Promise<ReadonlyArray<string>> => {
  try {
    return await readdir(path);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
};

const fill = async (folder: string, files: Iterable<TextFile>): Promise<number> => {
  const made = new Set<string>();
  let count = 0;
  for (const { name, text } of files) {
    const path = join(folder, name);
    if (!made.has(dirname(path))) makeFolders(dirname(path), folderMode);
    made.add(dirname(path));
    await writeFile(path, text, { flag: 'wx' });
    count += 1;
  }
  return count;
};

/** Filled under another name beside it: renaming a folder over an empty one replaces that (rename(2)). */
export const writeNewFolder: WriteNewFolder = (named, files) => async () => {
  const path = resolve(named);
  try {
    const [holds] = await namesIn(path);
    if (holds !== undefined) return E.left({ type: 'folder-not-empty', path: named, holds });
    makeFolders(dirname(path), folderMode);
    const temporary = await mkdtemp(join(dirname(path), `.${basename(path)}-`));
    try {
      const count = await fill(temporary, files);
      await rename(temporary, path);
      return E.right(count);
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true });
      throw cause;
    }
  } catch (cause) {
    return E.left(failed(named)(cause));
  }
};
