import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { giveOwner } from './owner.ts';

/** Far longer than any file of ours takes to write: what is older was left by a process that was killed. */
const abandonedMs = 10 * 60 * 1000;

/** Flushes the folder itself: until then a power cut may forget a rename or a removal in it. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Makes the folder one to be written by the next flush: a flush of before may have been refused, and Linux takes a folder that it could
 * not write for written. The name is one of `target`'s temporary files.
 */
export const renewFolder = async (target: string): Promise<void> => {
  const temporary = temporaryOf(target);
  await writeFile(temporary, '', { flag: 'wx', mode: 0o600 });
  await rm(temporary, { force: true });
};

const temporaryOf = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);

/** Removes temporary files of this target that a killed process left; a crash loop must not fill the disk. */
const removeAbandoned = async (folder: string, prefix: string): Promise<void> => {
  const names = await readdir(folder);
  const ours = names.filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'));
  for (const name of ours) {
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedMs) await rm(path, { force: true });
  }
};

/**
 * Fills a new file beside the target and renames it over the target, so that a reader, a runtime that watches the folder
 * and a power cut see the old file or the new one. Renaming gives a new inode: a program that is running from the old
 * file keeps it, and no ETXTBSY arises. A symbolic link at the target is replaced, not followed. What root replaces keeps its owner.
 *
 * The temporary name begins with a dot and ends in `.tmp`: CNI runtimes load `*.conf`, `*.conflist` and `*.json`.
 */
export const replaceFile = async (
  target: string,
  mode: number,
  fill: (temporary: string) => Promise<void>,
): Promise<void> => {
  const folder = dirname(target);
  await removeAbandoned(folder, `.${basename(target)}.`);
  const temporary = temporaryOf(target);
  try {
    await fill(temporary);
    const handle = await open(temporary, 'r');
    try {
      await giveOwner(handle, target);
      // The mode asked for, whatever the umask and the source's own.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncFolder(folder);
};
