import type { RecordedEvent, Subscription } from '../../domain/port/event-store.ts';

/** A growing list of events that can be waited at. */
export type Growing = {
  readonly log: ReadonlyArray<RecordedEvent>;
  readonly closed: () => boolean;
  /** Called once at the next growth or at closing. */
  readonly onChange: Set<() => void>;
};

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

export const followEvents = async function* (
  growing: Growing,
  { stream, from, signal }: Subscription,
): AsyncGenerator<RecordedEvent, void> {
  let next = Math.max(from, 0);
  while (!signal.aborted && !growing.closed()) {
    const event = growing.log[next];
    if (event === undefined) {
      await change(growing, signal);
    } else {
      next += 1;
      if (stream === undefined || event.stream === stream) yield event;
    }
  }
};

const change = ({ onChange }: Growing, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      onChange.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    onChange.add(done);
    signal.addEventListener('abort', done);
  });
