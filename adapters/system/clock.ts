import type { Clock } from '../../domain/port/clock.ts';

let noted = { ms: Number.NaN, text: '' };

/** Made once for each millisecond: V8 asks for the time zone's rules whenever it writes a time, in whatever zone. */
const nowText = (): string => {
  const ms = Date.now();
  if (ms !== noted.ms) noted = { ms, text: new Date(ms).toISOString() };
  return noted.text;
};

/** The machine's wall clock, and the process's own clock that no adjustment sets back. */
export const clock: Clock = {
  now: nowText,
  monotonicMs: () => performance.now(),
};
