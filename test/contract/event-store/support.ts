import { createHash, randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Clock } from '../../../domain/port/clock.ts';
import type {
  Append,
  Appended,
  EventStore,
  EventToAppend,
  RecordedEvent,
} from '../../../domain/port/event-store.ts';

/** Opens a fresh, empty store for one test and closes it in the test's teardown. */
export type OpenStore = (t: ExecutionContext, clock: Clock) => EventStore | Promise<EventStore>;

/** What a store on another machine cannot promise, and one of ours does. */
export type Promised = {
  /** An id that stands anywhere in the log is refused by its name: an EventStoreDB looks for it at the place of the append only. */
  readonly knowsEveryId: boolean;
  /** Texts are kept that are no JSON objects: on the wire a ledger event's metadata has to carry the hash. */
  readonly keepsAnyText: boolean;
  /** Its own sleep can be watched: else it is the server's. */
  readonly sleepsHere: boolean;
};

export const everything: Promised = { knowsEveryId: true, keepsAnyText: true, sleepsHere: true };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const realClock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};

/** Gives these times one after the other, and then the last one for ever. */
export const clockOf = (...times: ReadonlyArray<string>): Clock => {
  let asked = 0;
  return {
    now: () => times[Math.min(asked++, times.length - 1)] ?? '',
    monotonicMs: () => performance.now(),
  };
};

export const event = (payload = '{"network":"evio"}'): EventToAppend => {
  const id = randomUUID();
  return { id, type: 'PodAdded', payload, metadata: '{"schema":1}', hash: sha256(id) };
};

export const events = (count: number): ReadonlyArray<EventToAppend> =>
  Array.from({ length: count }, (_, index) => event(`{"index":${index}}`));

/** Appends, and fails the test with the failure's words when it is refused. */
export const append = async (store: EventStore, wanted: Append): Promise<Appended> => {
  const answer = await store.append(wanted)();
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left));
  return answer.right;
};

export const collect = async (recorded: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> =>
  Array.fromAsync(recorded);

/** A subscription's events, for a test that goes through them and not through its pages. */
export const oneByOne = async function* (
  pages: AsyncIterable<ReadonlyArray<RecordedEvent>>,
): AsyncGenerator<RecordedEvent, void> {
  for await (const page of pages) yield* page;
};

/** The first so many events of what may never end. */
export const take = async (
  recorded: AsyncIterable<RecordedEvent>,
  count: number,
): Promise<RecordedEvent[]> => {
  const taken: RecordedEvent[] = [];
  for await (const one of recorded) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
};

export const upTo = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => index);

/** Some turns of the event loop: long enough for whatever was going to happen. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
