import { closeSync, openSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { either as E, taskEither as TE } from 'fp-ts';
import type { AddressFolder, AddressFolders } from '../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../domain/port/files.ts';

/** The exclusive lock on an open file, without waiting; left says why there is none to be had. */
type Lock = (fd: number) => E.Either<string, boolean>;

const hasCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code;

const attempt = <A>(path: string, run: () => Promise<A>): TE.TaskEither<FilesFailure, A> =>
  TE.tryCatch(run, (cause) => ({
    type: 'file-failed',
    path,
    reason: cause instanceof Error ? cause.message : String(cause),
  }));

const orWhenMissing = async <A>(run: () => Promise<A>): Promise<A | undefined> => {
  try {
    return await run();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
};

/** As host-local makes them. */
const folderMode = 0o755;
const fileMode = 0o644;
const lockMode = 0o600;

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Under a name that host-local takes for no address, and on disk. Who is killed leaves it; the next one writes over it, for the lock is
 * held. Should host-local find its content first, it removes it as it would the address itself.
 */
const writeAside = async (folder: string, text: string): Promise<string> => {
  const path = join(folder, '.evio-ipam.tmp');
  await orWhenMissing(() => unlink(path));
  const handle = await open(path, 'wx', fileMode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return path;
};

const folderAt = (folder: string, fd: number): AddressFolder => {
  const at = (name: string): string => join(folder, name);
  return {
    names: () => attempt(folder, () => readdir(folder)),
    read: (name) => attempt(at(name), () => orWhenMissing(() => readFile(at(name), 'utf8'))),
    create: (name, text) =>
      attempt(at(name), async () => {
        const aside = await writeAside(folder, text);
        try {
          // A link and no rename: whatever is there stays.
          await link(aside, at(name));
          return true;
        } catch (cause) {
          if (hasCode(cause, 'EEXIST')) return false;
          throw cause;
        } finally {
          await unlink(aside);
        }
      }),
    replace: (name, text) => attempt(at(name), async () => rename(await writeAside(folder, text), at(name))),
    remove: (name) =>
      attempt(at(name), async () => {
        await orWhenMissing(() => unlink(at(name)));
      }),
    flush: () => attempt(folder, () => syncFolder(folder)),
    close: () => closeSync(fd),
  };
};

/** The lock is flock(2) on the file `lock`, as host-local takes it. */
export const openAddressFolders = (lock: Lock): AddressFolders => ({
  open: (path) => async () => {
    let fd: number | undefined;
    const opened = await attempt(path, async () => {
      await mkdir(path, { recursive: true, mode: folderMode });
      const file = openSync(join(path, 'lock'), 'a', lockMode);
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
