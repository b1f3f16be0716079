import type { Clock } from '../../domain/port/clock.ts';

/** The machine's wall clock, and the process's own clock that no adjustment sets back. */
export const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};
