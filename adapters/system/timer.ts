import type { Timer } from '../../domain/port/timer.ts';

/** `setTimeout` counts in 32 bits and takes what is longer for 1 ms. */
const longestMs = 2 ** 31 - 1;

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timeout = setTimeout(end, Math.min(ms, longestMs));
    signal?.addEventListener('abort', end);
    function end(): void {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });

/**
 * A turn that comes while the task still runs is left out. The rhythm alone keeps no process alive. A task that rejects
 * does not end the rhythm and is not swallowed: the rejection is unhandled, and the process says or dies as `main.ts` has
 * it.
 */
const every = (ms: number, task: () => Promise<void>): (() => void) => {
  let running = false;
  const turn = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      await task();
    } finally {
      running = false;
    }
  };
  const interval = setInterval(turn, Math.min(ms, longestMs)).unref();
  return () => clearInterval(interval);
};

/** The timer port over the event loop. A sleep longer than 24 days ends after 24 days. */
export const timer: Timer = { sleep, every };
