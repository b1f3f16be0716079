import type { taskEither as TE } from 'fp-ts';

/** A program that speaks CNI: where it is, what it finds in its environment and on its stdin. */
export type DelegateRun = {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input: string;
};

/** How it ended, and what it said on stdout. `exitCode` is absent when a signal ended it. */
export type DelegateEnded = { readonly exitCode?: number; readonly stdout: string };

export type DelegateFailure =
  /** It could not be started, or not be heard. */
  | { readonly type: 'failed'; readonly reason: string }
  /** It said more than this many bytes, and was ended. */
  | { readonly type: 'too-long'; readonly most: number }
  /** Nobody waited for it any longer, and it was ended. */
  | { readonly type: 'given-up' };

/** Runs the program to its end, or until `giveUp` resolves: it does not run any more then. Its stderr is ours. */
export type RunDelegate = (
  run: DelegateRun,
  giveUp: Promise<unknown>,
) => TE.TaskEither<DelegateFailure, DelegateEnded>;

/** Whether a regular file is there. */
export type IsFile = (path: string) => boolean;
