import type { Archived, ArchivedEvents, RecordedEvent, Subscription } from '../../domain/port/event-store.ts';
import { feedOf, type Gap, type Page } from './feed.ts';
import type { ReadStatements } from './read-statements.ts';
import { reasonOf } from './reason.ts';
import type { RecentEvents } from './recent-events.ts';
import type { Interest, Tail } from './tail.ts';
import { unavailable } from './unavailable.ts';

/** What readers share: the statements, the tail they wait at, and whether the store has closed. */
export type Reading = {
  readonly path: string;
  readonly statements: ReadStatements;
  readonly tail: Tail;
  readonly recent: Pick<RecentEvents, 'followed' | 'take'>;
  /** Gives others their turn of the event loop. */
  readonly turn: () => Promise<void>;
  /** The last position that a power cut leaves. */
  readonly durable: () => number;
  readonly closed: () => boolean;
};

/**
 * The events that are there when the reading begins, from a place on. Throws a `ReadFailure` that is an `Error`
 * (an iteration has no other way to fail), also when the store closes midway: what was read is never taken for all. Events that are
 * archived are one too, behind those before them.
 */
export const readEvents = async function* (
  reading: Reading,
  stream: string | undefined,
  from: number,
  archived: Archived | undefined,
): AsyncGenerator<RecordedEvent, void> {
  const feed = feedOf(reading.statements, { stream, types: undefined });
  const last = attempt(reading, reading.statements.lastPosition);
  let next = from;
  for (;;) {
    const page = attempt(reading, () => feed.page(next));
    const gap = archived === undefined ? gapIn(feed, next, page) : undefined;
    for (const event of page.events) {
      if (event.position > last) return;
      if (gap !== undefined && feed.placeOf(event) > gap.from) break;
      yield event;
    }
    if (gap !== undefined) throw archivedEvents(gap);
    if (page.atEnd) return;
    next = page.next;
    // Others get their turn of the event loop between two pages.
    await reading.turn();
  }
};

/**
 * Catches up, then waits at the tail. The table itself is the queue: a slow reader holds one page and nothing grows. What is
 * only written is not shown yet: nobody may act on an event that a power cut could still take.
 * Throws as `readEvents` does, except that the closing of the store is its proper end.
 */
export const followEvents = async function* (
  reading: Reading,
  { stream, types, from, signal, archived }: Subscription,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
  const interest = { stream, types };
  const feed = feedOf(reading.statements, interest);
  const over = (): boolean => signal.aborted || reading.closed();
  let next: number | undefined;
  const gone =
    stream === undefined || types !== undefined ? () => undefined : reading.recent.followed(stream);
  try {
    while (!over()) {
      const page = attempt(reading, () => {
        next ??= feed.placeFrom(from);
        return next === undefined ? undefined : (recentPage(reading, interest, next) ?? feed.page(next));
      });
      const gap =
        archived === undefined && page !== undefined && next !== undefined
          ? gapIn(feed, next, page)
          : undefined;
      const there = page?.events ?? [];
      const before = gap === undefined ? there : there.filter((event) => feed.placeOf(event) <= gap.from);
      const durable = reading.durable();
      const shown = before.filter(({ position }) => position <= durable);
      const unflushed = before[shown.length];
      if (shown.length > 0) yield shown;
      if (over()) return;
      if (gap !== undefined) throw archivedEvents(gap);
      next = unflushed === undefined ? page?.next : feed.placeOf(unflushed);
      // It may have reached the disk while the reader was at his page.
      const stillUnflushed = unflushed !== undefined && unflushed.position > reading.durable();
      const wait = page === undefined || page.atEnd || stillUnflushed;
      await (wait ? reading.tail.change(signal, interest) : reading.turn());
    }
  } finally {
    gone();
  }
};

/** The next events of a stream where they need not be read from the file. */
const recentPage = ({ recent }: Reading, { stream, types }: Interest, from: number): Page | undefined => {
  const events = stream === undefined || types !== undefined ? [] : recent.take(stream, from);
  return events.length === 0 ? undefined : { events, next: from + events.length, atEnd: false };
};

/** The first archived events that a page passes over; of a stream without any others there may be no page at all. */
const gapIn = (feed: ReturnType<typeof feedOf>, from: number, page: Page): Gap | undefined =>
  feed.gaps().find((gap) => gap.to >= from && (page.atEnd || gap.from < page.next));

const archivedEvents = ({ run: { stream, from, to, archive } }: Gap): Error =>
  Object.assign(new Error(`the events of positions ${from} to ${to} (${stream}) are archived`), {
    type: 'archived',
    stream,
    from,
    to,
    archive,
  } satisfies ArchivedEvents);

/** What a reading fails with is thrown as the port says: as a `ReadFailure` that is an `Error`. */
export const attempt = <A>({ path, closed }: Pick<Reading, 'path' | 'closed'>, read: () => A): A => {
  if (closed()) throw unavailable('the log is closed');
  try {
    return read();
  } catch (error) {
    throw unavailable(reasonOf(error, path));
  }
};
