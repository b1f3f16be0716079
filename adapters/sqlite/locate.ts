import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { either as E } from 'fp-ts';
import { logUnreadable, type OpenFailure } from './open-failure.ts';
import { reasonOf } from './reason.ts';

const notAFile = (path: string): OpenFailure =>
  logUnreadable(
    path,
    'not-a-file',
    'it is a folder, a device or a link that leads nowhere',
    'name a file, or a name that is still free',
  );

/** The log's one real path, so that two names for a file meet at one lock. Opens nothing. */
export const locate = (named: string): E.Either<OpenFailure, string> => {
  const path = resolve(named);
  return E.flatten(
    E.tryCatch(
      () => realPath(path),
      (error): OpenFailure => ({ type: 'log-unavailable', path, reason: reasonOf(error, path) }),
    ),
  );
};

const realPath = (path: string): E.Either<OpenFailure, string> => {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return E.left({ type: 'folder-missing', path, folder });
  }
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    return E.right(join(realpathSync(folder), basename(path)));
  }
  return statSync(path, { throwIfNoEntry: false })?.isFile()
    ? E.right(realpathSync(path))
    : E.left(notAFile(path));
};
