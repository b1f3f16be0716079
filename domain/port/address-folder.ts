import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/**
 * The folders in which host-local, and evio-ipam after it, keep a network's addresses. Whoever changes anything there holds the lock
 * of the folder, and so do the programs of host-local.
 */
export type AddressFolders = {
  /** Opens the folder, which is made if it is not there, and takes its lock without waiting. */
  readonly open: (path: string) => TE.TaskEither<FilesFailure | FolderBusy, AddressFolder>;
};

/** Another process holds the lock. */
export type FolderBusy = { readonly type: 'folder-busy'; readonly path: string };

/** What bears the name has no text: it is a folder, or a socket. */
export type NotAFile = { readonly type: 'not-a-file'; readonly path: string; readonly reason: string };

/** An open folder, its lock held. */
export type AddressFolder = {
  /** Of all files in it. */
  readonly names: () => TE.TaskEither<FilesFailure, ReadonlyArray<string>>;
  /** `undefined` when it is not there. */
  readonly read: (name: string) => TE.TaskEither<FilesFailure | NotAFile, string | undefined>;
  /** A file that was not there, whole and on disk before it has its name; false where one of this name is there, which is left as it is. */
  readonly create: (name: string, text: string) => TE.TaskEither<FilesFailure, boolean>;
  /** The same, in the place of whatever is there. */
  readonly replace: (name: string, text: string) => TE.TaskEither<FilesFailure, void>;
  /** Success when it is not there: then the next `flush` writes the folder all the same, for a flush of before may have been refused. */
  readonly remove: (name: string) => TE.TaskEither<FilesFailure, void>;
  /** What was created and removed is on disk behind it. */
  readonly flush: () => TE.TaskEither<FilesFailure, void>;
  /** Lets go of the lock. */
  readonly close: () => void;
};
