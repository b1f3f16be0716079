import { either as E } from 'fp-ts';
import type {
  Archived,
  EventStore,
  ReadFailure,
  RecordedEvent,
  Subscription,
} from '../domain/port/event-store.ts';
import { gather } from './gather.ts';
import { isReadFailure, plain } from './read-failure.ts';

/** How far a follower has finished, kept between its lives. */
export type Checkpoint = {
  /** Position of the last event that was finished; `undefined` at the first start. */
  readonly load: () => Promise<E.Either<CheckpointUnreadable, number | undefined>>;
  /** One that could not be stored is behind: what follows it is applied again in the next life. */
  readonly store: (position: number) => Promise<void>;
};

/** There is a checkpoint, and nobody can say which. */
export type CheckpointUnreadable = {
  readonly type: 'checkpoint-unreadable';
  readonly path: string;
  readonly reason: string;
};

/**
 * Gives a reading's events, one by one or as they were gathered, to `each` until one of them is a left, which is returned, or the
 * reading ends. A log that cannot be read any more is a failure like any other.
 */
export const eachEvent = async <Failure, Given = RecordedEvent>(
  events: AsyncIterable<Given>,
  each: (event: Given) => Promise<E.Either<Failure, unknown>>,
): Promise<E.Either<Failure | ReadFailure, undefined>> => {
  try {
    for await (const event of events) {
      const done = await each(event);
      if (E.isLeft(done)) return done;
    }
  } catch (error) {
    if (isReadFailure(error)) return E.left(plain(error));
    throw error;
  }
  return E.right(undefined);
};

/**
 * The same of a subscription, event by event. Only an answer that is a promise is waited for: most events ask nothing of a follower, and a
 * promise for each is a good part of what they cost. Behind an abort none is given, those of the same page neither.
 */
export const eachSubscribed = async <Failure>(
  { subscribe }: Pick<EventStore, 'subscribe'>,
  subscription: Subscription,
  each: (event: RecordedEvent) => E.Either<Failure, unknown> | Promise<E.Either<Failure, unknown>>,
): Promise<E.Either<Failure | ReadFailure, undefined>> => {
  const { signal } = subscription;
  // A signal of others looks at them each time that it is asked, which is for every event here.
  let over = signal.aborted;
  const abort = (): void => {
    over = true;
  };
  signal.addEventListener('abort', abort);
  const eachOf = async (page: ReadonlyArray<RecordedEvent>): Promise<E.Either<Failure, undefined>> => {
    for (const event of page) {
      if (over) break;
      const answer = each(event);
      const done = answer instanceof Promise ? await answer : answer;
      if (E.isLeft(done)) return done;
    }
    return E.right(undefined);
  };
  try {
    return await eachEvent(subscribe(subscription), eachOf);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

export type Following = {
  /** At most so many events are applied together: those that came while the ones before were applied. */
  readonly together: number;
  /** The checkpoint is stored at least every so many positions. */
  readonly every?: number;
  /** Only events of these types. */
  readonly types?: ReadonlyArray<string>;
  readonly archived?: Archived;
};

/**
 * Follows a log from its checkpoint: apply, then store the checkpoint. Events that cannot be applied stop the follower and the reason is
 * returned; they are never skipped. After a crash the last events may be applied again: `apply` must be idempotent.
 * The checkpoint is stored after events for which `apply` says that something was done, and at every `every` positions.
 * Of a follower that wants certain `types` only, it stays at the last one of these: a restart looks through what came since.
 */
export const follow = async <Failure>(
  store: EventStore,
  checkpoint: Checkpoint,
  apply: (events: ReadonlyArray<RecordedEvent>) => Promise<E.Either<Failure, 'done' | 'nothing-to-do'>>,
  signal: AbortSignal,
  { together, every = 1000, types, archived }: Following,
): Promise<E.Either<Failure | ReadFailure | CheckpointUnreadable, undefined>> => {
  const last = await checkpoint.load();
  if (E.isLeft(last)) return last;
  let stored = last.right ?? -1;
  const wanted = { from: stored + 1, ...(types && { types }), ...(archived && { archived }) };
  const gathered = gather((until) => store.subscribe({ ...wanted, signal: until }), together, signal);
  return eachEvent<Failure, ReadonlyArray<RecordedEvent>>(gathered, async (events) => {
    const applied = await apply(events);
    if (E.isLeft(applied)) return applied;
    const position = events.at(-1)?.position ?? stored;
    if (applied.right === 'done' || position - stored >= every) {
      stored = position;
      await checkpoint.store(stored);
    }
    return applied;
  });
};
