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

/**
 * What SQLite opens to read a log. On a file system that is read-only (a backup on a mounted medium, a snapshot) it cannot put the index of
 * a write-ahead file beside it. Where there is no such file, and nobody could write one, the file is all there is.
 */
export const toRead = (path: string): string | URL => {
  const walSize = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (walSize > 0 || !isReadOnly(dirname(path))) return path;
  const url = pathToFileURL(path);
  url.search = 'immutable=1';
  return url;
};
