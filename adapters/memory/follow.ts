import type { RecordedEvent, Subscription } from '../../domain/port/event-store.ts';

/** A growing list of events that can be waited at. */
export type Growing = {
  readonly log: ReadonlyArray<RecordedEvent>;
  readonly closed: () => boolean;
  /** Whom to call once, and at which event; all are called at closing. */
  readonly waiting: Map<() => void, Wanted>;
};

type Wanted = (event: RecordedEvent) => boolean;

/** What is there when the reading begins. Throws when the store is closed, or closes midway. */
export const readEvents = async function* (
  growing: Growing,
  events: () => ReadonlyArray<RecordedEvent>,
  from: number,
): AsyncGenerator<RecordedEvent, void> {
  const there = growing.closed() ? [] : events().slice(Math.max(from, 0));
  for (const event of there) {
    if (growing.closed()) break;
    yield event;
  }
  if (growing.closed()) {
    const reason = 'the log is closed';
    throw Object.assign(new Error(reason), { type: 'unavailable', reason });
  }
};

const pageEvents = 500;

export const followEvents = async function* (
  growing: Growing,
  { stream, types, from, signal }: Subscription,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
  const wanted: Wanted = (event) =>
    (stream === undefined || event.stream === stream) && (types === undefined || types.includes(event.type));
  let next = Math.max(from, 0);
  while (!signal.aborted && !growing.closed()) {
    const there = growing.log.slice(next, next + pageEvents);
    if (there.length === 0) await change(growing, wanted, signal);
    next += there.length;
    const page = there.filter(wanted);
    if (page.length > 0) yield page;
  }
};

export const change = ({ waiting }: Growing, wanted: Wanted, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    waiting.set(done, wanted);
    signal.addEventListener('abort', done);
  });
