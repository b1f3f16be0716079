import { closeSync, fchownSync, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileOwner } from '../../domain/file-owner.ts';

/**
 * Makes an empty file for what is to become part of the log `log`, readable by that log's owner alone. What SQLite makes beside it gets the
 * same owner. Throws when something is there already.
 */
export const createOwned = (path: string, log: string): void => {
  const fd = openSync(path, 'wx', 0o600);
  try {
    const there = lstatSync(log, { throwIfNoEntry: false });
    const owner = fileOwner(
      process.geteuid?.(),
      statSync(dirname(path)),
      there?.isFile() ? there : undefined,
    );
    const now = fstatSync(fd);
    if (owner !== undefined && (owner.uid !== now.uid || owner.gid !== now.gid))
      fchownSync(fd, owner.uid, owner.gid);
  } finally {
    closeSync(fd);
  }
};
