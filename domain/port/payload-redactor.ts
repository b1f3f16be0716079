import type { taskEither as TE } from 'fp-ts';
import type {
  Appended,
  AppendFailure,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  ReadFailure,
} from './event-store.ts';

/**
 * The only way in which what a log holds can change: a payload loses keys that name somebody, and an event that is appended with it
 * says so. Whatever else a payload could be replaced by is refused. Stores that have it pass `test/contract/payload-redactor.ts`.
 */
export type PayloadRedactor = {
  /**
   * In one transaction, durable when it resolves: appends the events, each a `PayloadRedacted`, as `append` does, and leaves of each
   * payload that they name what remains. Refused as a whole, with nothing changed, when any payload is not the one that its event's
   * metadata names by hash, or what is to remain is not that payload without the named keys. Appending events that stand
   * there already succeeds again and changes nothing.
   */
  readonly redact: (redaction: Redaction) => TE.TaskEither<RedactionRefused | AppendFailure, Appended>;
  /**
   * Clears away every byte of what was redacted, in the store's file and beside it. False when a reader keeps the store from it: until
   * that has ended, what was redacted can still be found in the file.
   */
  readonly clearRemains: () => TE.TaskEither<ReadFailure, boolean>;
};

export type Redaction = {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  readonly payloads: ReadonlyArray<RedactedPayload>;
};

export type RedactedPayload = {
  /** The `PayloadRedacted`, sealed: it says which event, and which keys. */
  readonly event: EventToAppend;
  /** The canonical JSON text that is left of the payload. */
  readonly remaining: string;
};

/** What is asked for is no redaction; `position`: of the event that was to lose keys, −1 when nothing says which. */
export type RedactionRefused = {
  readonly type: 'redaction-refused';
  readonly position: number;
  readonly cause:
    | 'unreadable-record'
    | 'another-event'
    | 'payload-altered'
    | 'not-what-remains'
    | 'not-what-is-recorded';
};

/** A log whose payloads can be redacted. */
export type RedactableLog = EventStore & PayloadRedactor;
