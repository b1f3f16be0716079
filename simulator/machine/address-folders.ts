import { either as E } from 'fp-ts';
import type { AddressFolder, AddressFolders } from '../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails, type Operation } from './faults.ts';

/** A file of this name got this text, or was removed. */
type Change = { readonly name: string; readonly text: string | undefined };

/** Files by their name, as every program sees them; the lock goes with its holder. */
export type Folder = {
  readonly files: Map<string, string>;
  /** As a power cut leaves them for certain. */
  readonly onDisk: Map<string, string>;
  /** What happened since, in its order. */
  pending: Change[];
  holder: Owner | undefined;
};

/** By their path. */
export type FoldersState = Map<string, Folder>;

export const folderAt = (state: FoldersState, path: string): Folder => {
  const folder = state.get(path) ?? { files: new Map(), onDisk: new Map(), pending: [], holder: undefined };
  state.set(path, folder);
  return folder;
};

export const isLocked = ({ holder }: Folder): boolean => holder?.alive === true;

const apply = (files: Map<string, string>, { name, text }: Change): void => {
  if (text === undefined) files.delete(name);
  else files.set(name, text);
};

/** What any program does to a file of the folder. */
export const changeFile = ({ files, pending }: Folder, change: Change): void => {
  apply(files, change);
  pending.push(change);
};

/**
 * All that happened is on disk. A folder's changes stand in the file system's journal: unlike a file's pages, what a refused flush
 * leaves a later one brings.
 */
const flush = (folder: Folder): void => {
  for (const change of folder.pending) apply(folder.onDisk, change);
  folder.pending = [];
};

/** Of what was not flushed the power cut leaves the first part, as long as `pick` says. */
export const cutFolders = (state: FoldersState, pick: number): void => {
  for (const folder of state.values()) {
    folder.pending = folder.pending.slice(0, pick % (folder.pending.length + 1));
    flush(folder);
    folder.files.clear();
    for (const [name, text] of folder.onDisk) folder.files.set(name, text);
    folder.holder = undefined;
  }
};

/** Somebody removes all that is in it. */
export const emptyFolder = ({ files, onDisk, pending }: Folder): void => {
  files.clear();
  onDisk.clear();
  pending.length = 0;
};

/** Each step may be the last of who takes it. */
export const openAddressFolders = (
  state: FoldersState,
  faults: Faults,
  loop: Loop,
  owner: Owner,
): AddressFolders => ({
  open: (path) => async () => {
    const folder = folderAt(state, path);
    const { files } = folder;
    const isFree = await loop.look(owner, `lock of ${path}`, () => !isLocked(folder));
    if (!isFree) return E.left({ type: 'folder-busy', path });
    folder.holder = owner;
    const failed = (reason: string): E.Either<FilesFailure, never> =>
      E.left({ type: 'file-failed', path, reason });
    const unless = <A>(operation: Operation, effect: () => A): E.Either<FilesFailure, A> =>
      fails(faults, operation) ? failed('input/output error') : E.right(effect());
    const look = <A>(operation: Operation, what: string, effect: () => A) =>
      loop.look(owner, what, () => unless(operation, effect));
    const write = <A>(what: string, effect: () => A) =>
      loop.change(owner, what, () =>
        faults.diskFull ? failed('no space left') : unless('folder write', effect),
      );
    const opened: AddressFolder = {
      names: () => () => look('folder read', `names in ${path}`, () => [...files.keys()]),
      read: (name) => () => look('folder read', `read ${name}`, () => files.get(name)),
      create: (name, text) => () =>
        write(`create ${name}`, () => {
          if (files.has(name)) return false;
          changeFile(folder, { name, text });
          return true;
        }),
      replace: (name, text) => () => write(`replace ${name}`, () => changeFile(folder, { name, text })),
      remove: (name) => () =>
        loop.change(owner, `remove ${name}`, () =>
          unless('folder remove', () => changeFile(folder, { name, text: undefined })),
        ),
      flush: () => () => look('folder flush', `flush ${path}`, () => flush(folder)),
      close: () => {
        folder.holder = undefined;
      },
    };
    return E.right(opened);
  },
});
