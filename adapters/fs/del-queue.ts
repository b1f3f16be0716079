import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { either as E, taskEither as TE } from 'fp-ts';
import type { DelQueue } from '../../domain/port/del-queue.ts';
import { failed, isMissing } from './failure.ts';
import { syncFolder } from './replace.ts';
import { watchFolder } from './watch-folder.ts';

/** The exclusive lock on an open folder, without waiting; left says why there is none to be had. */
export type Lock = (fd: number) => E.Either<string, boolean>;

const orWhenMissing = async <A>(run: () => Promise<A>): Promise<A | undefined> => {
  try {
    return await run();
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
};

/** A plugin writes under a name that begins with a dot, and renames. */
const isUnfinished = (name: string): boolean => name.startsWith('.');

/** The queue that plugins write to (`adapters/quickjs/queue-del.ts`); the folder is there. */
export const openDelQueue = (folder: string, lock: Lock): DelQueue => {
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    hold: () => {
      let fd: number | undefined;
      try {
        const opened = openSync(folder, 'r');
        fd = opened;
        const locked = lock(opened);
        if (E.isLeft(locked)) throw new Error(`flock(2): ${locked.left}`);
        if (!locked.right) {
          closeSync(opened);
          return E.left({ type: 'queue-busy' });
        }
        for (const name of readdirSync(folder).filter(isUnfinished)) rmSync(at(name), { force: true });
        return E.right(() => closeSync(opened));
      } catch (cause) {
        if (fd !== undefined) closeSync(fd);
        return E.left(failed(folder)(cause));
      }
    },
    names: () =>
      TE.tryCatch(async () => (await readdir(folder)).filter((name) => !isUnfinished(name)), failed(folder)),
    holds: (name) => existsSync(at(name)),
    read: (name) => TE.tryCatch(() => orWhenMissing(() => readFile(at(name), 'utf8')), failed(at(name))),
    remove: (name) => TE.tryCatch(() => orWhenMissing(() => unlink(at(name))), failed(at(name))),
    flush: () => TE.tryCatch(() => syncFolder(folder), failed(folder)),
    watch: (listener) =>
      watchFolder(folder, (name) => {
        if (name === null || !isUnfinished(name)) listener();
      }),
  };
};
