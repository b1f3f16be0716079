import type { either as E } from 'fp-ts';
import type { LogIdentity } from './event-store.ts';
import type { LoggedEvent } from './log-reader.ts';

/** Begins a new log that is to be what another was: it has its name only once it is whole. */
export type RestoreLog = (path: string, identity: LogIdentity) => E.Either<RestoreFailure, Restoring>;

export type Restoring = {
  /** Puts the event where it says that it stands, with its own hashes and stamp, unchecked. */
  readonly add: (event: LoggedEvent) => E.Either<RestoreFailure, undefined>;
  /** All of it is on disk under its name, or nothing is. */
  readonly finish: () => E.Either<RestoreFailure, undefined>;
  /** Leaves nothing behind. */
  readonly abandon: () => void;
};

export type RestoreFailure = {
  readonly type: 'log-not-restored';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};
