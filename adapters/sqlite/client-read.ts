import { readEvent } from '../../domain/esdb/read-event.ts';
import type {
  AllPage,
  AllRead,
  ClientPage,
  EventFilter,
  MostAtOnce,
  StreamRead,
} from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { type ClientStatements, pageEvents } from './client-statements.ts';
import { attempt, type Reading } from './read.ts';

/** What clients' reads share. */
export type ClientReading = Pick<Reading, 'path' | 'tail' | 'turn' | 'durable' | 'closed'> & {
  readonly statements: ClientStatements;
  /** How often events that stand in the log were changed or taken from it. */
  readonly rewritings: () => number;
};

const accepted = (
  filter: EventFilter | undefined,
  events: ReadonlyArray<RecordedEvent>,
): ReadonlyArray<RecordedEvent> =>
  filter === undefined ? events : events.filter((event) => filter.accepts(event[filter.on]));

const anyNumber: MostAtOnce = () => Number.POSITIVE_INFINITY;

/** Behind a filter so many are looked at for each that may be had. */
const lookedAtForOne = 50;

/** The places that are still to be read, both included. */
type Span = { readonly low: number; readonly high: number };

const behind = ({ low, high }: Span, direction: 'forwards' | 'backwards', place: number): Span =>
  direction === 'forwards' ? { low: place + 1, high } : { low, high: place - 1 };

/** A stream's events of the revisions that its readers see. */
export const readStream = async function* (
  reading: ClientReading,
  { stream, direction, from, limit, most = anyNumber }: StreamRead,
  { first, last }: { readonly first: number; readonly last: number },
): AsyncGenerator<ClientPage, void> {
  const begin = from === 'end' ? last : from;
  let left = limit;
  let span: Span =
    direction === 'forwards'
      ? { low: Math.max(first, begin), high: last }
      : { low: first, high: Math.min(last, begin) };
  for (;;) {
    const { events, isLast } = attempt(reading, () =>
      reading.statements.stream(direction, stream, span.low, span.high, Math.min(left, most(), pageEvents)),
    );
    left -= events.length;
    const caughtUp = isLast || left <= 0;
    yield { events: events.map(readEvent), caughtUp };
    const end = events.at(-1);
    if (caughtUp || end === undefined) return;
    span = behind(span, direction, end.revision);
    await reading.turn();
  }
};

/** The log's events up to the last that readers see when the reading begins. */
export const readAll = async function* (
  reading: ClientReading,
  { direction, from, limit, filter, most = anyNumber }: AllRead,
): AsyncGenerator<AllPage, void> {
  const last = attempt(reading, reading.durable);
  let left = limit;
  let span: Span =
    direction === 'forwards'
      ? { low: from === 'end' ? last + 1 : from, high: last }
      : { low: 0, high: from === 'end' ? last : Math.min(last, from - 1) };
  for (;;) {
    const room = Math.min(left, most());
    const wanted = Math.min(filter === undefined ? room : room * lookedAtForOne, pageEvents);
    const rows = attempt(reading, () => reading.statements.all(direction, span.low, span.high, wanted));
    const events = accepted(filter, rows.events).slice(0, room);
    left -= events.length;
    // What lies behind the last that there was room for may be accepted too.
    const isFull = events.length === room;
    const end = isFull ? events.at(-1) : rows.events.at(-1);
    const looked = end === undefined ? 0 : rows.events.indexOf(end) + 1;
    const caughtUp = left <= 0 || (rows.isLast && looked === rows.events.length);
    yield { events: events.map(readEvent), caughtUp, lookedAt: end?.position, looked };
    if (caughtUp || end === undefined) return;
    span = behind(span, direction, end.position);
    await reading.turn();
  }
};
