import { option as O } from 'fp-ts';

/** How often somebody was asked in vain, and how long ago he was asked first. */
export type RetryStatus = { readonly tries: number; readonly elapsedMs: number };

/** How many milliseconds to wait before asking again; none: give up. */
export type RetryPolicy = (status: RetryStatus) => O.Option<number>;

const firstDelayMs = 10;

/**
 * 10, 20, 40, 80, 160 … and then every `longestDelayMs`: who restarts is asked within so long of his return.
 * Never waits past `limitMs` after the first try.
 */
export const retryFor =
  (limitMs: number, longestDelayMs = 250): RetryPolicy =>
  ({ tries, elapsedMs }) => {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1));
    return elapsedMs + delayMs <= limitMs ? O.some(delayMs) : O.none;
  };

/** The same so that many who ask at once do not come back at once: between half of the delay and all of it. `chance`: from 0 up to 1. */
export const jittered =
  (policy: RetryPolicy, chance: number): RetryPolicy =>
  (status) =>
    O.map((delayMs: number) => delayMs * (0.5 + chance / 2))(policy(status));
