import type { Timer } from '../domain/port/timer.ts';

/** How often it is looked whether a snapshot is due, in milliseconds. */
const lookMs = 10_000;

/** Events after which one is due: to fold so many takes some 0.1 s. */
const dueAfter = 10_000;

/** Stores a state when all of it is on disk and it is at least so many events newer than what is stored. */
export type Keep = (distance: number) => Promise<void>;

/**
 * Has states stored off the way of requests: by a timer, when enough events have come since and nothing is on its way to
 * the disk, and whatever is new when the returned function is called.
 */
export const keepSnapshots = (timer: Timer, keeps: ReadonlyArray<Keep>): (() => Promise<void>) => {
  const keepAll = async (distance: number): Promise<void> => {
    for (const keep of keeps) await keep(distance);
  };
  const stopLooking = timer.every(lookMs, () => keepAll(dueAfter));
  return async () => {
    stopLooking();
    await keepAll(1);
  };
};
