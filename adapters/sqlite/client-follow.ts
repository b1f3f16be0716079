import { tombstoneType } from '../../domain/esdb/system-event.ts';
import type { View } from '../../domain/esdb/view.ts';
import type {
  AllPage,
  AllSubscription,
  ClientEventRead,
  ClientPage,
  StreamDeleted,
  StreamSubscription,
} from '../../domain/port/client-log.ts';
import { type Batch, type Batches, readOf } from './client-batch.ts';
import type { ClientReading } from './client-read.ts';
import { attempt } from './read.ts';

/** What comes next: a page, or nothing to say; and whether there is more to be read at once. */
type Step<Page> = { readonly page: Page | undefined; readonly caughtUp: boolean };

const deleted = (refused: StreamDeleted): Error =>
  Object.assign(new Error(`the stream ${refused.stream} was deleted`), refused);

/**
 * Reads page after page and waits where there is none. A page is not asked for before the one before it was taken, so a slow reader
 * holds one.
 */
const follow = async function* <Page>(
  reading: ClientReading,
  stream: string | undefined,
  signal: AbortSignal,
  step: (upTo: number) => Step<Page> | StreamDeleted,
): AsyncGenerator<Page, void> {
  const over = (): boolean => signal.aborted || reading.closed();
  while (!over()) {
    const upTo = reading.durable();
    const next = attempt(reading, () => step(upTo));
    if ('type' in next) throw deleted(next);
    if (next.page !== undefined) yield next.page;
    if (over()) return;
    if (!next.caughtUp) await reading.turn();
    // What came while the page was taken has woken nobody.
    else if (reading.durable() === upTo) await reading.tail.change(signal, { stream, types: undefined });
  }
};

/** Who is told once that there is no more hears of it again when there was more meanwhile. */
const announcing = () => {
  let told = false;
  return <Page extends ClientPage>(page: Page, { caughtUp, events }: Batch): Step<Page> => {
    const silent = told && events.length === 0;
    told = caughtUp;
    return { page: silent ? undefined : page, caughtUp };
  };
};

/** A stream's events from the first that its readers see, as long as it has no tombstone. */
export const followStream = (
  reading: ClientReading,
  batches: Batches,
  { stream, from, signal }: StreamSubscription,
  view: (upTo: number) => View,
): AsyncGenerator<ClientPage, void> => {
  const announce = announcing();
  const end = reading.durable();
  let next: number | undefined;
  const begin = (upTo: number): number | StreamDeleted => {
    const seen = view(upTo);
    if (seen.type === 'stream-deleted') return seen;
    const behind = (last: number): number => (reading.statements.end(stream, last)?.revision ?? -1) + 1;
    if (from === 'end') return behind(end);
    return Math.max(from, seen.type === 'visible' ? seen.first : behind(upTo));
  };
  return follow(reading, stream, signal, (upTo) => {
    const begun = next ?? begin(upTo);
    if (typeof begun !== 'number') return begun;
    next = begun;
    const batch = batches.ofStream(stream, begun, upTo);
    const last = batch.events.at(-1);
    const ends = last?.type === tombstoneType;
    if (ends && batch.events.length === 1) return { type: 'stream-deleted', stream };
    const seen = ends
      ? { events: batch.events.slice(0, -1), read: batch.read, whole: undefined, caughtUp: false }
      : batch;
    next = (seen.events.at(-1)?.revision ?? begun - 1) + 1;
    return announce({ events: readOf(seen), caughtUp: seen.caughtUp }, seen);
  });
};

/** The log's events, deleted and truncated ones too. */
export const followAll = (
  reading: ClientReading,
  batches: Batches,
  { from, filter, signal }: AllSubscription,
): AsyncGenerator<AllPage, void> => {
  const announce = announcing();
  let next = from === 'end' ? reading.durable() + 1 : from;
  return follow(reading, undefined, signal, (upTo) => {
    const batch = batches.ofAll(next, upTo);
    const lookedAt = batch.events.at(-1)?.position;
    if (lookedAt !== undefined) next = lookedAt + 1;
    const events: ReadonlyArray<ClientEventRead> = readOf(batch, filter);
    return announce({ events, caughtUp: batch.caughtUp, lookedAt, looked: batch.events.length }, batch);
  });
};
