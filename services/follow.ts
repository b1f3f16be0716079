import { either as E } from 'fp-ts';
import type { EventStore, RecordedEvent } from '../domain/port/event-store.ts';

/** How far a follower has finished, kept between its lives. */
export type Checkpoint = {
  /** Position of the last event that was finished; `undefined` at the first start. */
  readonly load: () => Promise<number | undefined>;
  readonly store: (position: number) => Promise<void>;
};

/**
 * Follows a log from its checkpoint: apply, then store the checkpoint. An event that cannot be applied stops the follower and is
 * returned; it is never skipped. After a crash the last events may be applied again: `apply` must be idempotent.
 * The checkpoint is stored after each event for which `apply` says that something was done, and at every `every` events.
 */
export const follow = async <Failure>(
  store: EventStore,
  checkpoint: Checkpoint,
  apply: (event: RecordedEvent) => Promise<E.Either<Failure, 'done' | 'nothing-to-do'>>,
  signal: AbortSignal,
  every = 1000,
): Promise<E.Either<Failure, undefined>> => {
  const last = await checkpoint.load();
  let stored = last ?? -1;
  for await (const event of store.subscribe({ from: stored + 1, signal })) {
    const applied = await apply(event);
    if (E.isLeft(applied)) return applied;
    if (applied.right === 'done' || event.position - stored >= every) {
      stored = event.position;
      await checkpoint.store(stored);
    }
  }
  return E.right(undefined);
};
