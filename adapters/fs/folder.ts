import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes the folder, and those above it, with this mode; one that is there is left as it is. Throws what the kernel says. Node's own recursive
 * mkdir never ends where a folder answers ENOENT to what is to be made in it, as /proc does.
 */
export const makeFolders = (named: string, mode: number): void => {
  const path = resolve(named);
  const missing: string[] = [];
  let there = path;
  for (; !existsSync(there); there = dirname(there)) missing.push(there);
  if (there === path && !isFolder(path)) missing.push(path);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (cause) {
      // Somebody else was quicker.
      if (!isFolder(folder)) throw cause;
    }
  }
};

/** The same as a value. */
export const ensureFolder = (path: string, mode: number): TE.TaskEither<FilesFailure, void> =>
  TE.tryCatch(
    async () => makeFolders(path, mode),
    (cause) => ({ type: 'file-failed', path, reason: String(cause) }),
  );
