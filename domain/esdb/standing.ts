import type { either as E } from 'fp-ts';
import type { ClientAppended, ClientAppendFailure } from '../port/client-log.ts';
import type { Sha256 } from '../port/digest.ts';
import type { Appended, EventToAppend, StreamHead } from '../port/event-store.ts';

/** What stands in a log at the moment of a decision: nobody appends between the question and the writing. */
export type Standing = {
  readonly logId: string;
  readonly sha256: Sha256;
  /** The stamp of what is appended now. */
  readonly recordedAt: string;
  /** A stream's last event; `undefined` when it has none. */
  readonly end: (stream: string) => StreamEnd | undefined;
  readonly at: (stream: string, revision: number) => Stands | undefined;
  /** Where a client's event of this id stands in the stream, when it is among the last that were appended to the log. */
  readonly recent: (stream: string, id: string) => StreamHead | undefined;
  /** Whether an event of the log has this id. */
  readonly hasId: (id: string) => boolean;
  /** The payload of a stream's last event. */
  readonly lastPayload: (stream: string) => string | undefined;
};

export type StreamEnd = StreamHead & { readonly type: string };

/** An event's place, its id in the log, and what it holds. */
export type Stands = StreamHead & { readonly id: string; readonly payload: string };

export type Decided = E.Either<ClientAppendFailure, ToAppend | AlreadyThere>;

/** These appends, in this order and all in one transaction. The first is what was asked for: its last event is the answer. */
export type ToAppend = {
  readonly type: 'to-append';
  readonly first: SealedAppend;
  readonly others: ReadonlyArray<SealedAppend>;
};

export type SealedAppend = {
  readonly stream: string;
  readonly events: ReadonlyArray<EventToAppend>;
};

/** Nothing is to be written: this is the answer. */
export type AlreadyThere = { readonly type: 'already-there'; readonly appended: ClientAppended };

/** The answer to what was written now, at this place. */
export const answerTo = (
  { events }: SealedAppend,
  { revision, position, recordedAt }: Appended,
): ClientAppended => {
  const hash = events.at(-1)?.hash;
  return { revision, position, ...(hash !== undefined && { written: { recordedAt, hash } }) };
};

export const alreadyThere = (end: StreamHead | undefined): AlreadyThere => ({
  type: 'already-there',
  appended: { revision: end?.revision ?? 'no-stream', position: end?.position },
});
