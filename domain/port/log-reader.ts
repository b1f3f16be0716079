import type { ArchivedRun } from './drop-era.ts';
import type { Archived, LogIdentity, RecordedEvent, StreamHead } from './event-store.ts';

/** An event with its link of the whole log's hash chain, as its row has it: nothing of it has been checked. */
export type LoggedEvent = RecordedEvent & { readonly logHash: string };

/** An event without its id and hashes: what a fold needs, for less than half of the reading. */
export type LeanEvent = Omit<RecordedEvent, 'id' | 'hash'>;

/** Where a log ends. */
export type LogEnd = { readonly position: number; readonly recordedAt: string; readonly logHash: string };

/**
 * A log for those who only read: auditors, and programs that derive something from it. Everything is synchronous and of one
 * moment, however long the reading takes and whoever writes meanwhile. What cannot be read is thrown as a `ReadFailure` that is
 * an `Error`.
 */
export type LogReader = {
  readonly identity: LogIdentity;
  /** `undefined`: the log is empty. */
  readonly end: () => LogEnd | undefined;
  /** What is in archives and not here, in order of position. */
  readonly archived: () => ReadonlyArray<ArchivedRun>;
  /**
   * All events from a position (inclusive) on, in order of position, by the page. Throws `NeedsArchive` in the place of archived
   * ones, unless the reader says that it can do without them.
   */
  readonly pages: (from: number, archived?: Archived) => Iterable<ReadonlyArray<LoggedEvent>>;
  /** As `pages`, of lean events. */
  readonly leanPages: (from: number, archived?: Archived) => Iterable<ReadonlyArray<LeanEvent>>;
  /** As `leanPages`, of some streams alone; archived ones of any stream as `pages` has it. */
  readonly leanPagesOf: (streams: ReadonlyArray<string>, from: number) => Iterable<ReadonlyArray<LeanEvent>>;
  /** One stream's events from a revision (inclusive) on, in order of revision, by the page; archived ones as `pages` has it. */
  readonly streamPages: (stream: string, from: number) => Iterable<ReadonlyArray<LoggedEvent>>;
  /** `undefined` behind the log's end, and of an archived event. */
  readonly at: (position: number) => LoggedEvent | undefined;
  /** Every stream's last event, archived or not; in the order in which the streams began. */
  readonly heads: () => ReadonlyArray<StreamHead & { readonly stream: string }>;
  /** What the store finds wrong with its own file, whatever the events say; `undefined` when it is sound. */
  readonly damage: () => string | undefined;
  readonly close: () => void;
};

/** Why a log cannot be read at all. The file was not changed. */
export type LogUnreadable = {
  readonly type: 'log-unreadable';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};
