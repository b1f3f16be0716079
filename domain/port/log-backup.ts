import type { taskEither as TE } from 'fp-ts';
import type { LogIdentity } from './event-store.ts';
import type { LogEnd, LogUnreadable } from './log-reader.ts';

/** So many pages of a log are copied now, of all; the last ones are not told. */
export type Copied = (pages: number, of: number) => void;

/**
 * Copies a log as it is at one moment into a file that is not there yet, while another program may go on writing it. Resolves when all
 * of it is on disk under its name; otherwise nothing has that name.
 */
export type BackUpLog = (
  log: string,
  into: string,
  copied?: Copied,
) => TE.TaskEither<BackupFailure, BackedUp>;

/** What a log says of itself at one moment; without an end it is empty. */
export type LogSeen = LogIdentity & { readonly end: LogEnd | undefined };

export type BackedUp = LogSeen & { readonly path: string };

export type BackupFailure = LogUnreadable | NotBackedUp;

export type NotBackedUp = {
  readonly type: 'log-not-backed-up';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};

/**
 * Puts a backup in a log's place, as a new epoch of the same log: whoever followed it is to notice. Nobody may have the log open. A log that
 * is there is kept beside it under another name. A backup of another log than was there is refused, unless `anotherLog`.
 */
export type RestoreBackup = (
  backup: string,
  log: string,
  anotherLog?: boolean,
  copied?: Copied,
) => TE.TaskEither<RestoreRefused, Restored>;

export type Restored = BackedUp & {
  /** What was there before, if anything. */
  readonly replaced: ReplacedLog | undefined;
};

export type ReplacedLog = {
  readonly path: string;
  /** `undefined`: it could not be read. */
  readonly was: LogSeen | undefined;
};

export type RestoreRefused = LogUnreadable | BackupNotRestored;

export type BackupNotRestored = {
  readonly type: 'backup-not-restored';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};
