import type { taskEither as TE } from 'fp-ts';
import type { ExpectedRevision, LogIdentity, Unavailable } from './event-store.ts';

/**
 * A log as clients of EventStoreDB see it: any stream, any bytes, every expected revision, deletion and stream metadata. It is
 * the same log that `EventStore` is: the same streams, chains and positions. A *ledger stream* (`isLedgerStream` in domain/esdb/)
 * takes only events that are complete with their envelope and hash, and is never deleted or truncated.
 */
export type ClientLog = {
  readonly identity: LogIdentity;
  /**
   * Appends all events or none, and resolves once they are durable. A repeat is answered as the first time: the same
   * ids right behind the expected revision, or with `any` and `stream-exists` wherever they stand one behind the other in this stream. An
   * append without events answers with the stream's end.
   */
  readonly append: (append: ClientAppend) => TE.TaskEither<ClientAppendFailure, ClientAppended>;
  /**
   * Soft delete: readers see no event of the stream up to now, and its next append goes on behind its last revision. Answers with the place
   * of the event in `$$<stream>` that says so.
   */
  readonly delete: (deletion: Deletion) => TE.TaskEither<ClientAppendFailure, ClientAppended>;
  /** Ends the stream for ever. Answers with the place of its last event, `$streamDeleted`. */
  readonly tombstone: (deletion: Deletion) => TE.TaskEither<ClientAppendFailure, ClientAppended>;
  /**
   * A stream's visible events that are there when the reading begins. Refused at once, or all of it is read; only what the machine refuses midway is
   * thrown, as an `Unavailable` that is an `Error`.
   */
  readonly readStream: (read: StreamRead) => TE.TaskEither<StreamReadRefused, AsyncIterable<ClientPage>>;
  /** The log's events that are there when the reading begins, deleted and truncated ones too; throws as `readStream` does. */
  readonly readAll: (read: AllRead) => AsyncIterable<AllPage>;
  /**
   * A stream's visible events from a revision (inclusive) on, then those that come. A stream that does not exist yet is waited for. Ends when
   * the signal aborts or the store closes; throws what `readStream` refuses or throws (`stream-deleted` when a tombstone comes).
   */
  readonly subscribeStream: (subscription: StreamSubscription) => AsyncIterable<ClientPage>;
  /** The log's events from a position (inclusive) on, then those that come; ends and throws as `subscribeStream` does. */
  readonly subscribeAll: (subscription: AllSubscription) => AsyncIterable<AllPage>;
  /** One visible event, for a link to it; `undefined` when it is not there, or not any more. */
  readonly eventAt: (
    stream: string,
    revision: number,
  ) => TE.TaskEither<Unavailable, ClientEventRead | undefined>;
  /** The position of the last event that readers see; -1 of an empty log. */
  readonly end: () => TE.TaskEither<Unavailable, number>;
};

/** What a client says that a stream must be before its append. */
export type ClientExpectation = ExpectedRevision | 'any' | 'stream-exists';

export type ClientAppend = {
  readonly stream: string;
  readonly expected: ClientExpectation;
  readonly events: ReadonlyArray<ClientEvent>;
};

/** An event as a client sends it. */
export type ClientEvent = {
  /** A UUID in lower case. */
  readonly id: string;
  readonly type: string;
  /** `application/json`, `application/octet-stream` or any other: it is kept as it is. */
  readonly contentType: string;
  readonly data: Content;
  /** The client's own, empty when it sent none. */
  readonly metadata: Content;
};

/** Any bytes. A text stands for its UTF-8; what is read is a text wherever the bytes are valid UTF-8, which saves making them. */
export type Content = string | Uint8Array;

/** An event as clients read it: of a ledger stream, data and metadata are canonical JSON, and the metadata has the hash. */
export type ClientEventRead = ClientEvent & {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  /** The store's stamp, RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
};

/** Where the last event of this append stands. */
export type ClientAppended = {
  /** `no-stream` only of an append without events to a stream that has none. */
  readonly revision: number | 'no-stream';
  /** `undefined` where `revision` is `no-stream`. */
  readonly position: number | undefined;
  /** The store's stamp and the hash of the last event, where the events were written now: of what was there before it is absent. */
  readonly written?: { readonly recordedAt: string; readonly hash: string };
};

export type Deletion = { readonly stream: string; readonly expected: ClientExpectation };

/** Nothing of the append was kept. */
export type ClientAppendFailure =
  | {
      readonly type: 'conflict';
      readonly stream: string;
      readonly expected: ClientExpectation;
      readonly actual: ExpectedRevision;
    }
  | StreamDeleted
  /** Nobody may do this to a ledger stream, whoever asks. */
  | { readonly type: 'ledger-stream-kept'; readonly stream: string; readonly reason: string }
  /** What was sent is not what this stream takes: in words, with key, value and remedy. */
  | { readonly type: 'event-refused'; readonly stream: string; readonly reason: string }
  | Unavailable;

/** The stream has a tombstone. */
export type StreamDeleted = { readonly type: 'stream-deleted'; readonly stream: string };

export type StreamReadRefused =
  | StreamDeleted
  /** It has no event, or was deleted (softly). A stream whose events are all truncated or too old is found, and empty. */
  | { readonly type: 'stream-not-found'; readonly stream: string }
  | Unavailable;

export type Direction = 'forwards' | 'backwards';

export type StreamRead = {
  readonly stream: string;
  readonly direction: Direction;
  /** A revision, inclusive; `end` is the last one. */
  readonly from: number | 'end';
  /** At most so many events. */
  readonly limit: number;
  readonly most?: MostAtOnce;
};

/** Asked before each page of a reading: how many events it may have. Absent: as many as a page takes. */
export type MostAtOnce = () => number;

export type AllRead = {
  readonly direction: Direction;
  /** A position: inclusive forwards, exclusive backwards (as EventStoreDB has it); `end` is behind the last. */
  readonly from: number | 'end';
  /** At most so many events that the filter accepts. */
  readonly limit: number;
  readonly filter?: EventFilter;
  readonly most?: MostAtOnce;
};

export type StreamSubscription = {
  readonly stream: string;
  /** `end`: only what comes after the call. */
  readonly from: number | 'end';
  readonly signal: AbortSignal;
};

export type AllSubscription = {
  readonly from: number | 'end';
  readonly filter?: EventFilter;
  readonly signal: AbortSignal;
};

/** Which events of the log a reader wants (made by domain/esdb/filter.ts). Called for each event, so it remembers what it has seen. */
export type EventFilter = {
  readonly on: 'stream' | 'type';
  readonly accepts: (name: string) => boolean;
};

/** Some events in the order of reading: bounded in number and size, so that a slow reader holds no more than one of these. */
export type ClientPage = {
  readonly events: ReadonlyArray<ClientEventRead>;
  /** Nothing more is there now: what follows is new. Of a reading, its last page. */
  readonly caughtUp: boolean;
};

export type AllPage = ClientPage & {
  /** The last position that was looked at, whether the filter accepted it or not; `undefined` when there was none. */
  readonly lookedAt: number | undefined;
  /** How many events were looked at for this page. */
  readonly looked: number;
};
