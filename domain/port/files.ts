import type { either as E, taskEither as TE } from 'fp-ts';

/** Whole small files, replaced atomically. Paths are absolute. */
export type Files = {
  /** The file's text; `undefined` when there is none. */
  readonly read: (path: string) => TE.TaskEither<FilesFailure, string | undefined>;
  /**
   * Replaces the file so that a reader sees the old text or the new, never a part, also after a power cut:
   * a temporary name that no runtime would load, fsync, rename, fsync of the folder.
   */
  readonly write: (path: string, text: string, mode: number) => TE.TaskEither<FilesFailure, void>;
  /** Copies a file (an executable, say) with the same promise as `write`. */
  readonly copy: (from: string, to: string, mode: number) => TE.TaskEither<FilesFailure, void>;
  /** Removes the file; success when it is not there. The folder is fsynced. */
  readonly remove: (path: string) => TE.TaskEither<FilesFailure, void>;
  /** Whether something is there under this name. */
  readonly exists: (path: string) => TE.TaskEither<FilesFailure, boolean>;
  /** Calls back after the file may have come, changed or gone; its folder is there. Right: ends it. */
  readonly watch: (path: string, listener: () => void) => E.Either<FilesFailure, () => void>;
};

export type FilesFailure = { readonly type: 'file-failed'; readonly path: string; readonly reason: string };
