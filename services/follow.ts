import { either as E } from 'fp-ts';
import type { Archived, EventStore, ReadFailure, RecordedEvent } from '../domain/port/event-store.ts';
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
 * Gives the subscription's events to `each` until one of them is a left, which is returned, or the subscription ends. A log that cannot
 * be read any more is a failure like any other.
 */
export const eachEvent = async <Failure>(
  events: AsyncIterable<RecordedEvent>,
  each: (event: RecordedEvent) => Promise<E.Either<Failure, unknown>>,
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
 * Follows a log from its checkpoint: apply, then store the checkpoint. An event that cannot be applied stops the follower and is
 * returned; it is never skipped. After a crash the last events may be applied again: `apply` must be idempotent.
 * The checkpoint is stored after each event for which `apply` says that something was done, and at every `every` events.
 * Of a follower that wants certain `types` only, it stays at the last one of these: a restart looks through what came since.
 */
export const follow = async <Failure>(
  store: EventStore,
  checkpoint: Checkpoint,
  apply: (event: RecordedEvent) => Promise<E.Either<Failure, 'done' | 'nothing-to-do'>>,
  signal: AbortSignal,
  every = 1000,
  types?: ReadonlyArray<string>,
  archived?: Archived,
): Promise<E.Either<Failure | ReadFailure | CheckpointUnreadable, undefined>> => {
  const last = await checkpoint.load();
  if (E.isLeft(last)) return last;
  let stored = last.right ?? -1;
  const wanted = { from: stored + 1, signal, ...(types && { types }), ...(archived && { archived }) };
  return eachEvent<Failure>(store.subscribe(wanted), async (event) => {
    const applied = await apply(event);
    if (E.isLeft(applied)) return applied;
    if (applied.right === 'done' || event.position - stored >= every) {
      stored = event.position;
      await checkpoint.store(stored);
    }
    return applied;
  });
};
