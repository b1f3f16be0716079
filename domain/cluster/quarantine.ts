/*
 * Moments are RFC 3339 texts, stamped by the cluster log. Reading and adding to a given text is pure; the present moment
 * is never asked for here.
 */

/** The moment so many seconds behind another, in UTC with milliseconds, never rounded down. */
export const secondsAfter = (since: string, seconds: number): string =>
  Temporal.Instant.from(since).add({ seconds }).toString({ fractionalSecondDigits: 3, roundingMode: 'ceil' });

export const isOver = (end: string, asOf: string): boolean => Temporal.Instant.compare(end, asOf) <= 0;

/** The later of a stamp and the latest one known before it: a clock that stepped back shortens no quarantine. */
export const later = (latest: string | undefined, stamp: string): string =>
  latest === undefined || Temporal.Instant.compare(latest, stamp) <= 0 ? stamp : latest;
