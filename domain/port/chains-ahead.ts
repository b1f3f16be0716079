import type { Verified } from '../verify/verification.ts';

/** A log's chains, which are followed elsewhere at the same time, up to the log's end as it was when that began. */
export type ChainsAhead = {
  /** Resolves when all events up to a position are proven, true; or when they never will be. Asked by one at a time. */
  readonly reach: (position: number) => Promise<boolean>;
  /** What the chains were found to be, laws aside; `undefined`: it did not come to an end. */
  readonly outcome: Promise<Verified | undefined>;
  /** Resolves when it is gone, at its end or not. */
  readonly stop: () => Promise<void>;
};
