import type { StoredPart } from '../replay/stored-part.ts';

/** What some streams of a log fold to, and the log's hash at the position up to which they were folded: of which log that is. */
export type PartReplayed = { readonly logHash: string; readonly part: StoredPart };

/** Some of a log's streams, which are folded elsewhere at the same time. */
export type ReplayAhead = {
  /** `undefined`: it did not come to an end. */
  readonly outcome: Promise<PartReplayed | undefined>;
  /** Resolves when it is gone, at its end or not. */
  readonly stop: () => Promise<void>;
};

/** Starts to fold streams up to and with a position. */
export type StartReplay = (streams: ReadonlyArray<string>, to: number) => ReplayAhead;
