import type { either as E } from 'fp-ts';
import type { AppendFailure, EventStore } from './event-store.ts';

/** The way to a cluster log on another machine. */
export type LedgerLink = {
  /** Its hosts, without user and password. */
  readonly name: string;
  /** A file beside the own log in which it is kept of which ledger its replica is. */
  readonly markPath: string;
  /**
   * Asks it once which log it is. What is opened waits for no answer that does not come: each call, and each subscription, fails with
   * `unavailable` when the connection breaks, so that whoever follows it knows.
   */
  readonly open: () => Promise<E.Either<AppendFailure, EventStore>>;
};
