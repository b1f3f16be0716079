import {
  closeSync,
  constants,
  fsync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { either as E, taskEither as TE } from 'fp-ts';
import type { AddressFolder, AddressFolders } from '../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../domain/port/files.ts';

/*
 * One call after the other holds the folder's lock, so what each waits for, all wait for. Every operation here takes microseconds
 * and is done at once: to have a thread do it takes longer, and on a busy machine much longer. Only what waits for the disk is waited for.
 */

/** The exclusive lock on an open file, without waiting; left says why there is none to be had. */
type Lock = (fd: number) => E.Either<string, boolean>;

const hasCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code;

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const attempt = <A>(path: string, run: () => A | Promise<A>): TE.TaskEither<FilesFailure, A> =>
  TE.tryCatch(
    async () => run(),
    (cause) => ({ type: 'file-failed', path, reason: reasonOf(cause) }),
  );

const unlessMissing = <A>(run: () => A): A | undefined => {
  try {
    return run();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
};

/** As host-local makes them. */
const folderMode = 0o755;
const fileMode = 0o644;
const lockMode = 0o600;

/** Whatever bears the name: nobody waits for the writer of a pipe. */
const readText = (path: string): string =>
  readFileSync(path, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NONBLOCK });

const toDisk = promisify(fsync);

const syncFolder = async (folder: string): Promise<void> => {
  const fd = openSync(folder, 'r');
  try {
    await toDisk(fd);
  } finally {
    closeSync(fd);
  }
};

const openLock = (folder: string): number => openSync(join(folder, 'lock'), 'a', lockMode);

const makeAnew = (path: string): number => {
  try {
    return openSync(path, 'wx', fileMode);
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw cause;
    unlinkSync(path);
    return openSync(path, 'wx', fileMode);
  }
};

/**
 * Under a name that host-local takes for no address, and on disk. Who is killed leaves it; the next one writes over it, for the lock is
 * held. Should host-local find its content first, it removes it as it would the address itself.
 */
const writeAside = async (folder: string, text: string): Promise<string> => {
  const path = join(folder, '.evio-ipam.tmp');
  const fd = makeAnew(path);
  try {
    writeFileSync(fd, text);
    await toDisk(fd);
  } finally {
    closeSync(fd);
  }
  return path;
};

/**
 * Makes the folder one to be written by the next flush: who removed a file before may have had that flush refused, and Linux takes a
 * folder that it could not write for written.
 */
const renew = (folder: string): void => {
  const aside = join(folder, '.evio-ipam.tmp');
  unlessMissing(() => unlinkSync(aside));
  linkSync(join(folder, 'lock'), aside);
  unlinkSync(aside);
};

const folderAt = (folder: string, fd: number): AddressFolder => {
  const at = (name: string): string => join(folder, name);
  return {
    names: () => attempt(folder, () => readdirSync(folder)),
    read: (name) => async () => {
      try {
        return E.right(unlessMissing(() => readText(at(name))));
      } catch (cause) {
        const type = ['EISDIR', 'ENXIO'].some((code) => hasCode(cause, code)) ? 'not-a-file' : 'file-failed';
        return E.left({ type, path: at(name), reason: reasonOf(cause) });
      }
    },
    create: (name, text) =>
      attempt(at(name), async () => {
        const aside = await writeAside(folder, text);
        try {
          // A link and no rename: whatever is there stays.
          linkSync(aside, at(name));
          return true;
        } catch (cause) {
          if (hasCode(cause, 'EEXIST')) return false;
          throw cause;
        } finally {
          unlinkSync(aside);
        }
      }),
    replace: (name, text) =>
      attempt(at(name), async () => renameSync(await writeAside(folder, text), at(name))),
    remove: (name) =>
      attempt(at(name), () => {
        const removed = unlessMissing(() => {
          unlinkSync(at(name));
          return true;
        });
        if (removed !== true) renew(folder);
      }),
    flush: () => attempt(folder, () => syncFolder(folder)),
    close: () => closeSync(fd),
  };
};

/** Makes a folder and those above it, or throws. */
type MakeFolders = (path: string, mode: number) => void;

/** The lock is flock(2) on the file `lock`, as host-local takes it. */
export const openAddressFolders = (lock: Lock, makeFolders: MakeFolders): AddressFolders => ({
  open: (path) => async () => {
    let fd: number | undefined;
    const opened = await attempt(path, () => {
      const there = unlessMissing(() => openLock(path));
      if (there === undefined) makeFolders(path, folderMode);
      const file = there ?? openLock(path);
      fd = file;
      return { file, locked: lock(file) };
    })();
    if (E.isRight(opened) && E.isRight(opened.right.locked) && opened.right.locked.right)
      return E.right(folderAt(path, opened.right.file));
    if (fd !== undefined) closeSync(fd);
    if (E.isLeft(opened)) return opened;
    const { locked } = opened.right;
    return E.isLeft(locked)
      ? E.left({ type: 'file-failed', path, reason: `flock(2): ${locked.left}` })
      : E.left({ type: 'folder-busy', path });
  },
});
