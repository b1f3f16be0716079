import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const isReadOnly = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
};

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** A log that some program writes, or wrote where this one lies; of a file that is mounted by itself nobody sees what lies beside it. */
const mayBeWritten = (path: string): boolean =>
  ['-wal', '-shm', '-lock'].some((end) => isThere(`${path}${end}`)) ||
  statSync(path, { throwIfNoEntry: false })?.dev !== statSync(dirname(path)).dev;

/**
 * What SQLite opens to read a log. On a file system that is read-only (a backup on a mounted medium, a snapshot) it cannot put the index of
 * a write-ahead file beside it. Where nothing lies there but the file, and nobody could write anything, the file is all there is. A folder that is read-only
 * for us alone may be somebody's who writes, and he has more there.
 */
export const toRead = (path: string): string | URL => {
  if (!isReadOnly(dirname(path)) || mayBeWritten(path)) return path;
  const url = pathToFileURL(path);
  url.search = 'immutable=1';
  return url;
};
