import { constants } from 'node:fs';
import { copyFile, lstat, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { function as F, taskEither as TE } from 'fp-ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import { failed, isMissing } from './failure.ts';
import { renewFolder, replaceFile, syncFolder } from './replace.ts';
import { watchFolder } from './watch-folder.ts';

const attempt = <A>(path: string, run: () => Promise<A>): TE.TaskEither<FilesFailure, A> =>
  TE.tryCatch(run, failed(path));

/** What `run` gives, or `absent` when there is nothing under that name. */
const orWhenMissing = async <A, B>(run: () => Promise<A>, absent: B): Promise<A | B> => {
  try {
    return await run();
  } catch (cause) {
    if (isMissing(cause)) return absent;
    throw cause;
  }
};

/** The files port over the machine's own file system. A failure carries the path that was asked for and errno's words. */
export const files: Files = {
  read: (path) => attempt(path, () => orWhenMissing(() => readFile(path, 'utf8'), undefined)),
  write: (path, text, mode) =>
    attempt(path, () =>
      // Only we may read it until it has its mode: the text may be a secret.
      replaceFile(path, mode, (temporary) => writeFile(temporary, text, { flag: 'wx', mode: 0o600 })),
    ),
  copy: (from, to, mode) =>
    F.pipe(
      // Asked first, so that a missing source is not reported as the target's failure.
      attempt(from, () => stat(from)),
      TE.flatMap(() =>
        attempt(to, () =>
          replaceFile(to, mode, (temporary) => copyFile(from, temporary, constants.COPYFILE_EXCL)),
        ),
      ),
    ),
  remove: (path) =>
    attempt(path, async () => {
      const removed = await orWhenMissing(() => unlink(path).then(() => true), false);
      // Also when it was gone already: who removed it may have died before the folder was flushed, or was refused the flush.
      await orWhenMissing(async () => {
        if (!removed) await renewFolder(path);
        await syncFolder(dirname(path));
      }, undefined);
    }),
  watch: (path, listener) =>
    watchFolder(dirname(path), (name) => {
      if (name === null || name === basename(path)) listener();
    }),
  exists: (path) => attempt(path, () => orWhenMissing(async () => (await lstat(path)) !== undefined, false)),
};
