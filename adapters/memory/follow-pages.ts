import { readEvent } from '../../domain/esdb/read-event.ts';
import { tombstoneType } from '../../domain/esdb/system-event.ts';
import type { View } from '../../domain/esdb/view.ts';
import type { AllPage, EventFilter } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { firstPage } from './client-pages.ts';
import { change, type Growing } from './follow.ts';

type Following = {
  readonly stream?: string;
  readonly from: number | 'end';
  readonly filter?: EventFilter;
  readonly signal: AbortSignal;
};

const deleted = (stream: string): Error =>
  Object.assign(new Error(`the stream ${stream} was deleted`), { type: 'stream-deleted', stream });

/** What is there from a place on, then what comes, of a stream until its tombstone. */
export const followPages = (
  growing: Growing,
  eventsOf: (stream: string) => ReadonlyArray<RecordedEvent>,
  viewOf: (stream: string) => View | undefined,
  { from, ...following }: Following,
): AsyncGenerator<AllPage, void> => {
  const begin = from === 'end' ? eventsOf(following.stream ?? '').length : from;
  return pagesFrom(growing, eventsOf, viewOf, { ...following, from: begin });
};

const pagesFrom = async function* (
  growing: Growing,
  eventsOf: (stream: string) => ReadonlyArray<RecordedEvent>,
  viewOf: (stream: string) => View | undefined,
  { stream, from, filter, signal }: Following & { readonly from: number },
): AsyncGenerator<AllPage, void> {
  const events = (): ReadonlyArray<RecordedEvent> => eventsOf(stream ?? '');
  const view = viewOf(stream ?? '');
  const first = view?.type === 'visible' ? view.first : view === undefined ? 0 : events().length;
  let next = Math.max(from, first);
  let told = false;
  while (!signal.aborted && !growing.closed()) {
    const rows = firstPage(events().slice(next));
    const ended = stream !== undefined && events().at(-1)?.type === tombstoneType;
    if (ended && (view?.type === 'stream-deleted' || next >= events().length - 1)) throw deleted(stream);
    const seen = ended ? rows.filter(({ type }) => type !== tombstoneType) : rows;
    next += seen.length;
    const caughtUp = next >= events().length;
    const read = seen.filter((event) => filter === undefined || filter.accepts(event[filter.on]));
    if (seen.length > 0 || !told)
      yield {
        events: read.map(readEvent),
        caughtUp,
        lookedAt: seen.at(-1)?.position,
        looked: seen.length,
      };
    told = caughtUp;
    if (next >= events().length)
      await change(growing, (event) => stream === undefined || event.stream === stream, signal);
  }
};
