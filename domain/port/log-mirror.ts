import type { either as E } from 'fp-ts';
import type { LogIdentity } from './event-store.ts';
import type { LogEnd, LoggedEvent } from './log-reader.ts';

/** An event in the other log: its position there, and a digest of all that is seen of it. */
export type Source = { readonly there: number; readonly seen: string };

/** Where a mirror ends, and which event that is in the other log. */
export type MirrorEnd = LogEnd & Source;

/**
 * A log file of ours that repeats a log on another machine, as far as it was read: made again whenever it does not fit any more. Reading
 * throws what the file refuses.
 */
export type LogMirror = {
  readonly path: string;
  /** `undefined`: it is empty. */
  readonly end: () => MirrorEnd | undefined;
  readonly head: (stream: string) => { readonly revision: number; readonly hash: string } | undefined;
  /**
   * Puts events behind its end, all or none; `last` is the last of them in the other log. False, and nothing is changed, when somebody else
   * has put some there since `after` was its end.
   */
  readonly add: (
    events: ReadonlyArray<LoggedEvent>,
    last: Source,
    after: MirrorEnd | undefined,
  ) => E.Either<MirrorUnavailable, boolean>;
  readonly close: () => void;
};

export type MirrorUnavailable = {
  readonly type: 'mirror-unavailable';
  readonly path: string;
  readonly reason: string;
};

/** The mirrors of this user. */
export type LogMirrors = {
  /** The mirror of this log and epoch, made when there is none. */
  readonly open: (identity: LogIdentity) => E.Either<MirrorUnavailable, LogMirror>;
  /** Takes the mirror of this log and epoch away, with what was derived from it. */
  readonly remove: (identity: LogIdentity) => void;
  /** Takes away what mirrors other epochs of this log; says whether there was any. */
  readonly removeOthers: (identity: LogIdentity) => boolean;
};
