/*
 * Moments are RFC 3339 texts, stamped by the cluster log. Reading and adding to a given text is pure; the present moment
 * is never asked for here.
 */

/** The moment so many seconds behind another, in UTC with milliseconds, never rounded down. */
export const secondsAfter = (since: string, seconds: number): string =>
  Temporal.Instant.from(since).add({ seconds }).toString({ fractionalSecondDigits: 3, roundingMode: 'ceil' });

export const isOver = (end: string, asOf: string): boolean => Temporal.Instant.compare(end, asOf) <= 0;

/** As nearly every stamp is. The order of such texts is that of their moments, found in a tenth of the time: each lease of a cluster has one. */
const plain = /^\d{4}-\d\d-\d\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/;

const isBehind = (before: string, stamp: string): boolean =>
  plain.test(before) && plain.test(stamp) ? before > stamp : Temporal.Instant.compare(before, stamp) > 0;

/** The later of a stamp and the latest one known before it: a clock that stepped back shortens no quarantine. */
export const later = (latest: string | undefined, stamp: string): string =>
  latest !== undefined && isBehind(latest, stamp) ? latest : stamp;
