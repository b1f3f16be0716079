import type { either as E } from 'fp-ts';
import type { ClientEventRead } from './client-log.ts';
import type { Denied, LogIdentity, Restored, Unavailable } from './event-store.ts';

/** A ledger on another machine, to be copied from there: what its clients see of it, unchecked. */
export type WireLog = {
  readonly identity: LogIdentity;
  /** Position of the last event; −1 of an empty log. */
  readonly end: () => Promise<E.Either<Unavailable | Denied, number>>;
  /**
   * All events that are there when the reading begins, from a position (inclusive) on. It must be one behind an event's. Throws a
   * `ReadFailure` that is an `Error`.
   */
  readonly read: (from: number) => AsyncIterable<ClientEventRead>;
  readonly close: () => Promise<void>;
};

export type WireLogFailure =
  | Unavailable
  | Denied
  /** While it was read. */
  | Restored
  /** There is an event store, and nothing of ours in it. */
  | { readonly type: 'no-ledger-there'; readonly reason: string };

/** Opens what a connection string names, as `parseConnectionString` gives it. */
export type OpenWireLog = (text: string) => Promise<E.Either<WireLogFailure, WireLog>>;
