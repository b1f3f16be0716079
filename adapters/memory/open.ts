import { either as E } from 'fp-ts';
import { admitRedaction } from '../../domain/audit/admit-redaction.ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type {
  Append,
  Appended,
  AppendFailure,
  ReadFailure,
  RecordedEvent,
} from '../../domain/port/event-store.ts';
import type { RedactableLog, Redaction, RedactionRefused } from '../../domain/port/payload-redactor.ts';
import { admit } from './admit.ts';
import { clientsOf } from './clients.ts';
import { followEvents, type Growing, readEvents } from './follow.ts';

type MemoryStoreOptions = {
  readonly clock: Clock;
  readonly newLogId: () => string;
  readonly sha256: Sha256;
};

/** A log that ends with its process: the port's whole contract, without a file. */
export const openMemoryStore = ({
  clock,
  newLogId,
  sha256,
}: MemoryStoreOptions): RedactableLog & { readonly clients: ClientLog } => {
  const log: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  const ids = new Set<string>();
  let closed = false;
  const growing: Growing = { log, closed: () => closed, waiting: new Map() };
  const wake = (appended: ReadonlyArray<RecordedEvent>): void => {
    for (const [done, wanted] of [...growing.waiting]) if (closed || appended.some(wanted)) done();
  };
  const gone: ReadFailure = { type: 'unavailable', reason: 'the log is closed' };
  const present = (stream: string): ReadonlyArray<RecordedEvent> => streams.get(stream) ?? [];

  const stamp = (): string => {
    const now = clock.now();
    const before = log.at(-1)?.recordedAt ?? '';
    return now < before ? before : now;
  };

  const write = ({ stream, events }: Pick<Append, 'stream' | 'events'>, recordedAt = stamp()): Appended => {
    const ofStream = streams.get(stream) ?? [];
    const before = log.length;
    if (events.length > 0) streams.set(stream, ofStream);
    for (const { id, type, payload, metadata, hash } of events) {
      const place = { stream, revision: ofStream.length, position: log.length, recordedAt };
      const recorded = Object.freeze({ id, type, payload, metadata, hash, ...place });
      ofStream.push(recorded);
      log.push(recorded);
      ids.add(id);
    }
    wake(log.slice(before));
    // An append without events, to a stream without events, stands before the first.
    const { revision, position } = ofStream.at(-1) ?? { revision: -1, position: -1 };
    return { revision, position, recordedAt };
  };

  const append = (wanted: Append): E.Either<AppendFailure, Appended> =>
    closed
      ? E.left(gone)
      : E.map((standing: Appended | undefined) => (standing ? placeOf(standing) : write(wanted)))(
          admit(wanted, present(wanted.stream), ids),
        );

  const replacePayload = (position: number, payload: string): void => {
    const event = log[position];
    if (event === undefined) return;
    const redacted = Object.freeze({ ...event, payload });
    log[position] = redacted;
    streams.get(event.stream)?.splice(event.revision, 1, redacted);
  };

  const redact = ({
    payloads,
    ...where
  }: Redaction): E.Either<AppendFailure | RedactionRefused, Appended> => {
    const wanted: Append = { ...where, events: payloads.map(({ event }) => event) };
    const admitted = closed ? E.left(gone) : admit(wanted, present(wanted.stream), ids);
    if (E.isLeft(admitted)) return admitted;
    if (admitted.right !== undefined) return E.right(placeOf(admitted.right));
    const remaining = admitRedaction(sha256, (position) => log[position], payloads);
    if (E.isLeft(remaining)) return remaining;
    for (const [position, payload] of remaining.right) replacePayload(position, payload);
    return E.right(write(wanted));
  };

  const identity = { logId: newLogId(), epoch: 1 };
  return {
    identity,
    clients: clientsOf({
      identity,
      clock,
      sha256,
      growing,
      present,
      hasId: (id) => ids.has(id),
      stamp,
      write,
    }),
    append: (wanted) => async () => append(wanted),
    flush: () => async () => (closed ? E.left(gone) : E.right(undefined)),
    redact: (redaction) => async () => redact(redaction),
    clearRemains: () => async () => (closed ? E.left(gone) : E.right(true)),
    readStream: (stream, from = 0) => readEvents(growing, () => present(stream), from),
    readAll: (from = 0) => readEvents(growing, () => log, from),
    head: (stream) => async () => {
      const end = present(stream).at(-1);
      return closed
        ? E.left(gone)
        : E.right(end && { revision: end.revision, hash: end.hash, position: end.position });
    },
    subscribe: (subscription) => followEvents(growing, subscription),
    close: async () => {
      closed = true;
      wake([]);
    },
  };
};

const placeOf = ({ revision, position, recordedAt }: Appended): Appended => ({
  revision,
  position,
  recordedAt,
});
