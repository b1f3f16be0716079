import { option as O } from 'fp-ts';

/** How often the agent was asked in vain, and how long ago it was asked first. */
export type RetryStatus = { readonly tries: number; readonly elapsedMs: number };

/** How many milliseconds to wait before asking again; none: give up. */
export type RetryPolicy = (status: RetryStatus) => O.Option<number>;

const firstDelayMs = 10;
const longestDelayMs = 250;

/**
 * 10, 20, 40, 80, 160, then every 250 ms: an agent that restarts is asked within a quarter of a second of its return.
 * Never waits past `limitMs` after the first try.
 */
export const retryFor =
  (limitMs: number): RetryPolicy =>
  ({ tries, elapsedMs }) => {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1));
    return elapsedMs + delayMs <= limitMs ? O.some(delayMs) : O.none;
  };
