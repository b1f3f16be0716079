import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type {
  Append,
  Appended,
  AppendFailure,
  EventStore,
  ReadFailure,
  RecordedEvent,
} from '../../domain/port/event-store.ts';
import { admit } from './admit.ts';
import { followEvents, type Growing, readEvents } from './follow.ts';

type MemoryStoreOptions = { readonly clock: Clock; readonly newLogId: () => string };

/** A log that ends with its process: the port's whole contract, without a file. */
export const openMemoryStore = ({ clock, newLogId }: MemoryStoreOptions): EventStore => {
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

  const write = ({ stream, events }: Append): Appended => {
    const recordedAt = stamp();
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

  return {
    identity: { logId: newLogId(), epoch: 1 },
    append: (wanted) => async () => append(wanted),
    flush: () => async () => (closed ? E.left(gone) : E.right(undefined)),
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
