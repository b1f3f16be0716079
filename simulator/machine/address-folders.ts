import { either as E } from 'fp-ts';
import type { AddressFolder, AddressFolders } from '../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Loop, Owner } from '../loop.ts';
import type { Faults } from './faults.ts';

/** Folders by their path, files in them by their name; a lock goes with its holder. */
export type FoldersState = Map<string, { readonly files: Map<string, string>; holder: Owner | undefined }>;

/** Each step may be the last of who takes it. */
export const openAddressFolders = (
  state: FoldersState,
  faults: Faults,
  loop: Loop,
  owner: Owner,
): AddressFolders => ({
  open: (path) => async () => {
    const folder = state.get(path) ?? { files: new Map<string, string>(), holder: undefined };
    state.set(path, folder);
    const { files } = folder;
    const isFree = await loop.look(owner, `lock of ${path}`, () => folder.holder?.alive !== true);
    if (!isFree) return E.left({ type: 'folder-busy', path });
    folder.holder = owner;
    const write =
      <A>(what: string, change: () => A) =>
      () =>
        loop.change(
          owner,
          what,
          (): E.Either<FilesFailure, A> =>
            faults.diskFull
              ? E.left({ type: 'file-failed', path, reason: 'no space left' })
              : E.right(change()),
        );
    const opened: AddressFolder = {
      names: () => () => loop.look(owner, `names in ${path}`, () => E.right([...files.keys()])),
      read: (name) => () => loop.look(owner, `read ${name}`, () => E.right(files.get(name))),
      create: (name, text) =>
        write(`create ${name}`, () => {
          if (files.has(name)) return false;
          files.set(name, text);
          return true;
        }),
      replace: (name, text) => write(`replace ${name}`, () => void files.set(name, text)),
      remove: (name) => () =>
        loop.change(owner, `remove ${name}`, () => {
          files.delete(name);
          return E.right(undefined);
        }),
      flush: () => () => loop.look(owner, `flush ${path}`, () => E.right(undefined)),
      close: () => {
        folder.holder = undefined;
      },
    };
    return E.right(opened);
  },
});
