import { readEvent } from '../../domain/esdb/read-event.ts';
import type { ClientEventRead, EventFilter } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { type ClientStatements, pageEvents, type Rows } from './client-statements.ts';
import { keepLast } from './keep-last.ts';

/** Events of the log in order, and those of them that somebody has wanted to read so far. */
export type Batch = {
  readonly events: ReadonlyArray<RecordedEvent>;
  readonly read: Array<ClientEventRead | undefined>;
  /** All of them as they are read, one and the same for all who want them all. */
  whole: ReadonlyArray<ClientEventRead> | undefined;
  /** Behind them there was nothing. */
  readonly caughtUp: boolean;
};

export type Batches = {
  /** From a position on, up to another or less far. */
  readonly ofAll: (from: number, upTo: number) => Batch;
  /** From a revision on, as far as the stream goes up to a position, or less far. */
  readonly ofStream: (stream: string, from: number, upTo: number) => Batch;
};

/**
 * Of those who are further behind than so many places, a batch ends before a place that is a multiple of it: from there on they ask for the same
 * ones again. Who is closer has all that there is: he stays with those who are at the log's end.
 */
const boundary = 128;

/** Who is further behind than so many has a page at a time: he reads history, in which nobody goes along with him. */
const near = 20 * boundary;

/** The last place of the batch that begins here. */
const endOf = (from: number, last: number): number => {
  const behind = last - from;
  if (behind < boundary) return last;
  return behind > near ? from + pageEvents - 1 : from - (from % boundary) + boundary - 1;
};

/** What is kept for others who will ask for it: so many batches, of so many characters. */
const most = { count: 64, size: 2 << 20 };

/** So many ends of streams are kept too. */
const mostEnds = { count: 256, size: 256 };

const charactersOf = ({ events }: Batch): number => {
  let characters = 0;
  for (const { type, payload, metadata } of events)
    characters += type.length + payload.length + metadata.length;
  return characters;
};

type RowsBetween = (low: number, high: number) => Rows;

/**
 * The batches of those who follow the log. The last ones are kept: all who wait at the log's end ask for the same one, and so do those who
 * fell behind, from the next boundary on; each is read and decoded once.
 */
export const batchesOf = (statements: ClientStatements, rewritings: () => number): Batches => {
  const once = keepLast({ most, sizeOf: charactersOf, asOf: rewritings });
  /** Whoever follows a stream asks where it ends, each time that the log has grown. */
  const endOnce = keepLast<number>({ most: mostEnds, sizeOf: () => 1, asOf: rewritings });

  /** From a place to the last, or to a boundary before that. */
  const between = (from: number, end: number, last: number, stream: string, rows: RowsBetween): Batch =>
    once(`${from} ${end} ${end === last} ${stream}`, () => {
      const { events, isLast } = rows(from, end);
      return { events, read: [], whole: undefined, caughtUp: isLast && end === last };
    });

  const batchFrom = (from: number, last: number, stream: string, rows: RowsBetween): Batch => {
    const end = endOf(from, last);
    const batch = between(from, end, last, stream, rows);
    // Of what was dropped there may be any number of places without an event.
    return batch.events.length > 0 || end === last ? batch : between(end + 1, last, last, stream, rows);
  };

  return {
    ofAll: (from, upTo) =>
      batchFrom(from, upTo, '', (low, high) => statements.all('forwards', low, high, pageEvents)),
    ofStream: (stream, from, upTo) =>
      batchFrom(
        from,
        endOnce(`${upTo} ${stream}`, () => statements.end(stream, upTo)?.revision ?? -1),
        stream,
        (low, high) => statements.stream('forwards', stream, low, high, pageEvents),
      ),
  };
};

/** The events of a batch as clients read them. */
export const readOf = (batch: Batch, filter?: EventFilter): ReadonlyArray<ClientEventRead> => {
  if (filter !== undefined) return wantedOf(batch, (event) => filter.accepts(event[filter.on]));
  batch.whole ??= wantedOf(batch, () => true);
  return batch.whole;
};

const wantedOf = (
  { events, read }: Batch,
  wants: (event: RecordedEvent) => boolean,
): ReadonlyArray<ClientEventRead> => {
  const wanted: ClientEventRead[] = [];
  for (const [index, event] of events.entries()) {
    if (!wants(event)) continue;
    const known = read[index] ?? readEvent(event);
    read[index] = known;
    wanted.push(known);
  }
  return wanted;
};
