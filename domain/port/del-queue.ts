import type { either as E, taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';
import type { NetnsId } from './kernel.ts';

/** A DEL as a file: `domain/cni/queued-del.ts` makes name and text. */
export type QueuedFile = { readonly name: string; readonly text: string };

/**
 * The plugin's side. Whole and on disk when it succeeds, or not there: a temporary name, fsync, rename over an earlier one of
 * this name, fsync of the folder; all of it under the folder's shared lock.
 */
export type QueueDel = (folder: string, file: QueuedFile) => TE.TaskEither<QueueFailure, void>;

export type QueueFailure =
  /** There is no such folder: the agent makes it. */
  | { readonly type: 'queue-missing' }
  /** An agent drains the queue, and serves in a moment. */
  | { readonly type: 'queue-draining' }
  | { readonly type: 'queue-full'; readonly most: number }
  | { readonly type: 'queue-failed'; readonly reason: string };

/** Which file the path leads to; `undefined` when to none. */
export type FileAt = (path: string) => NetnsId | undefined;

/** The agent's side. */
export type DelQueue = {
  readonly folder: string;
  /**
   * The exclusive lock, without waiting for it: while it is held no plugin queues, and what a killed one left unfinished is
   * removed. Right: lets plugins queue again.
   */
  readonly hold: () => E.Either<FilesFailure | { readonly type: 'queue-busy' }, () => void>;
  /** Names of the queued files. */
  readonly names: () => TE.TaskEither<FilesFailure, ReadonlyArray<string>>;
  /** Whether a file of this name is there, at once: every ADD asks. */
  readonly holds: (name: string) => boolean;
  readonly read: (name: string) => TE.TaskEither<FilesFailure, string | undefined>;
  /** Success when it is not there. On disk with the next `flush`. */
  readonly remove: (name: string) => TE.TaskEither<FilesFailure, void>;
  readonly flush: () => TE.TaskEither<FilesFailure, void>;
  /** Calls back after something was queued (coalesced: look at `names` anew). Right: ends it. */
  readonly watch: (listener: () => void) => E.Either<FilesFailure, () => void>;
};
