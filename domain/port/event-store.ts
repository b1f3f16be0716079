import type { taskEither as TE } from 'fp-ts';
import type { UnreadableEnvelope } from '../unreadable-envelope.ts';

/**
 * The event store port, in EventStoreDB's words. Every adapter passes the one contract suite
 * (`test/contract/event-store.ts`).
 *
 * Payloads and metadata are canonical JSON *texts* (RFC 8785, restricted): the store keeps the bytes that were
 * hashed and never parses them.
 */
export type EventStore = {
  /** Which log this is: a restored backup keeps the id and starts a new epoch. */
  readonly identity: LogIdentity;
  /**
   * Appends all events or none, and resolves once they are durable. Revisions are gapless from 0, positions grow over the whole log:
   * gapless from 0 where the log is ours, with gaps in an EventStoreDB, which has other uses for them. Appending events that are already there, with the same ids in the same order right
   * after the expected revision, succeeds again and writes nothing.
   */
  readonly append: (append: Append) => TE.TaskEither<AppendFailure, Appended>;
  /**
   * Resolves when all that was appended before, `written` appends included, is on disk. When it fails they are in the log still; the next
   * flush may succeed, unless this one was `refused`.
   */
  readonly flush: () => TE.TaskEither<Unavailable, void>;
  /**
   * A stream's events in order, from a revision (inclusive). A stream that does not exist has none. Where events were archived and
   * dropped, the iteration throws `ArchivedEvents` in their place, unless the reader says that it can do without them.
   */
  readonly readStream: (stream: string, from?: number, archived?: Archived) => AsyncIterable<RecordedEvent>;
  /** Every event of the log in order, from a position (inclusive); archived ones as `readStream` has it. */
  readonly readAll: (from?: number, archived?: Archived) => AsyncIterable<RecordedEvent>;
  /**
   * The stream's last event's place and hash, archived or not; `undefined` when the stream has no event. `unreadable-envelope`: it has one
   * that is none of ours.
   */
  readonly head: (
    stream: string,
  ) => TE.TaskEither<Unavailable | Denied | UnreadableEnvelope, StreamHead | undefined>;
  /**
   * First what is there from a position (inclusive), then what comes, in order, without gap or repetition: in pages of what is there at
   * once, none of them empty. A page is taken before the next is made: a slow reader slows only itself, and holds one page. Ends when
   * the signal aborts or the store closes: no further page is given. Who is in the middle of one then looks at his own signal.
   */
  readonly subscribe: (subscription: Subscription) => AsyncIterable<ReadonlyArray<RecordedEvent>>;
  /** Waits for appends under way, then lets go of the file. Later calls fail with `unavailable`. */
  readonly close: () => Promise<void>;
};

export type LogIdentity = { readonly logId: string; readonly epoch: number };

export type Append = {
  readonly stream: string;
  /** The revision of the event that must be the last one now, or `no-stream`. There is no "any". */
  readonly expectedRevision: ExpectedRevision;
  readonly events: ReadonlyArray<EventToAppend>;
  /**
   * `fsync` (the default): a power cut after the answer loses nothing.
   * `written`: the operating system has it, so the death of this process loses nothing; it is on disk with the next `fsync`
   * append or `flush`, or a tenth of a second later, and subscriptions show it then. Only for facts that a reboot makes untrue anyway.
   */
  readonly durability?: 'fsync' | 'written';
};

export type ExpectedRevision = number | 'no-stream';

export type EventToAppend = {
  /** UUID; unique in the log. */
  readonly id: string;
  readonly type: string;
  /** Canonical JSON text. */
  readonly payload: string;
  /** Canonical JSON text, without the hash. */
  readonly metadata: string;
  /** This event's link of its stream's hash chain, 64 hexadecimal digits. */
  readonly hash: string;
};

export type RecordedEvent = EventToAppend & {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  /** The store's own stamp, RFC 3339 UTC with milliseconds; never earlier than that of the position before where the log is ours. An EventStoreDB's may go back with a new leader. */
  readonly recordedAt: string;
};

export type StreamHead = { readonly revision: number; readonly hash: string; readonly position: number };

export type Appended = {
  /** Revision and position of the last event of this append. */
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
};

export type AppendFailure =
  /** Somebody else appended first, or the caller's knowledge is old. */
  | {
      readonly type: 'conflict';
      readonly stream: string;
      readonly expected: ExpectedRevision;
      readonly actual: ExpectedRevision;
    }
  /** One of the ids stands in the log already, elsewhere than this append would put it. */
  | { readonly type: 'duplicate-event-id'; readonly id: string }
  /** More bytes than the store takes in one append: append fewer events at once, or smaller ones. */
  | { readonly type: 'too-large'; readonly stream: string; readonly reason: string }
  /** The store never takes this append, whoever asks and however often: what is sent does not fit what stands. */
  | { readonly type: 'rejected'; readonly stream: string; readonly reason: string }
  | Denied
  | Unavailable;

/** This credential may not do it, or none was given: asking again changes nothing until somebody grants it. */
export type Denied = {
  readonly type: 'denied';
  readonly reason: string;
  /** The server knows no such user with this password. */
  readonly credential?: 'refused';
};

/** What answers now is another log, or another epoch of it: positions known from before may mean other events. Open it anew. */
export type Restored = { readonly type: 'restored'; readonly reason: string };

/**
 * Disk full, file gone, store closed …: nothing of the append was kept. Of a store on another machine that does not answer nobody knows;
 * the same append again is kept once.
 */
export type Unavailable = {
  readonly type: 'unavailable';
  readonly reason: string;
  /**
   * The disk refused a flush: every later append and flush is refused for that, until the program that has the log open begins anew. What
   * was not acknowledged by then may be found there, or not.
   */
  readonly flush?: 'refused';
};

/** The events of these positions, both included, lie in an archive: its file's SHA-256. */
export type ArchivedEvents = {
  readonly type: 'archived';
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly archive: string;
};

export type ReadFailure = Unavailable | ArchivedEvents | Denied | Restored | UnreadableEnvelope;

/** Said by a reader that loses nothing by what is archived: it begins with `EraOpened`, or is behind it already. */
export type Archived = 'passed-over';

export type Subscription = {
  /** One stream only; all streams when absent. */
  readonly stream?: string;
  /**
   * Only events of these types; all types when absent. Order and positions are the log's own, with gaps where other
   * events stand. A subscription that waits sleeps through appends that hold nothing of its stream and types.
   */
  readonly types?: ReadonlyArray<string>;
  /** Log position to begin at, inclusive. */
  readonly from: number;
  /** As `readStream` has it. */
  readonly archived?: Archived;
  readonly signal: AbortSignal;
};
