import type { Clock } from '../../domain/port/clock.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Loop, Owner } from '../loop.ts';

/** When every simulated world begins. */
const beginning = Date.parse('2026-01-01T00:00:00.000Z');

/** The wall clock can be set, the monotonic one cannot. */
export const openClock = (loop: Loop, wall: { readonly offsetMs: number }): Clock => ({
  now: () => new Date(beginning + loop.now() + wall.offsetMs).toISOString(),
  monotonicMs: loop.now,
});

export const openTimer = (loop: Loop, owner: Owner): Timer => ({
  sleep: (ms, signal) => loop.sleep(owner, ms, `slept ${ms} ms`, signal),
  every: (ms, task) => {
    const stopping = new AbortController();
    const run = async (): Promise<void> => {
      for (;;) {
        await loop.sleep(owner, ms, `every ${ms} ms`, stopping.signal);
        if (stopping.signal.aborted) return;
        await task();
      }
    };
    void run();
    return () => stopping.abort();
  },
});
