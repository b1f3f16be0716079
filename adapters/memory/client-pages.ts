import { readEvent } from '../../domain/esdb/read-event.ts';
import type { AllPage, AllRead } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';

/** A page ends with the event that exceeds this many characters, or after this many events. */
const pageCharacters = 1 << 20;
const pageEvents = 500;

/** The events of the next page. */
export const firstPage = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<RecordedEvent> => {
  let characters = 0;
  for (const [index, { type, payload, metadata }] of events.entries()) {
    characters += type.length + payload.length + metadata.length;
    if (index + 1 === pageEvents || characters > pageCharacters) return events.slice(0, index + 1);
  }
  return events;
};

/** Events by the page, of those that the filter accepts so many. */
export const pagesOf = function* (
  events: ReadonlyArray<RecordedEvent>,
  { limit, filter, most = () => limit }: Pick<AllRead, 'limit' | 'filter' | 'most'>,
): Generator<AllPage, void> {
  let left = limit;
  for (let next = 0; ; ) {
    const rows = firstPage(events.slice(next, next + pageEvents));
    const wanted = filter === undefined ? rows : rows.filter((event) => filter.accepts(event[filter.on]));
    const room = Math.min(left, most());
    const taken = wanted.slice(0, room);
    left -= taken.length;
    const end = taken.length === room ? taken.at(-1) : rows.at(-1);
    const looked = end === undefined ? 0 : rows.indexOf(end) + 1;
    next += looked;
    const caughtUp = left <= 0 || next === events.length;
    yield { events: taken.map(readEvent), caughtUp, lookedAt: end?.position, looked };
    if (caughtUp) return;
  }
};

/** The events between two places in the order of reading. */
export const between = (
  events: ReadonlyArray<RecordedEvent>,
  direction: AllRead['direction'],
  low: number,
  high: number,
): ReadonlyArray<RecordedEvent> => {
  const wanted = events.slice(Math.max(low, 0), Math.max(high + 1, 0));
  return direction === 'forwards' ? wanted : wanted.toReversed();
};
