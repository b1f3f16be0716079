import { either as E } from 'fp-ts';
import { parseDuration } from './duration.ts';
import { isOver, secondsAfter } from './quarantine.ts';
import { type Checked, refuse } from './violation.ts';

/** The first generation of programs that counts a lease's TTL: one of before would go on giving addresses. */
export const ttlReader = 7;

const shortest = 10;
/** A year: who is away for longer is spoken for by an operator. */
const longest = 365 * 86_400;

/** Reads `leaseTtl` as `parseDuration` does, from ten seconds to a year; `undefined` (no TTL) when absent. */
export const parseLeaseTtl = (value: unknown): Checked<number | undefined> => {
  if (value === undefined) return E.right(undefined);
  const seconds = parseDuration('leaseTtl', value);
  if (E.isLeft(seconds)) return seconds;
  if (seconds.right < shortest)
    return refuse(
      'leaseTtl',
      value,
      'is shorter than ten seconds',
      'write at least "10s", or leave it out for leases without a TTL',
    );
  return seconds.right <= longest
    ? seconds
    : refuse(
        'leaseTtl',
        value,
        'is longer than a year',
        'write at most "365d", or leave it out for leases without a TTL',
      );
};

/*
 * Holder and allocator measure one silence on two clocks: the holder's from before it spoke, the log's from when it heard. The holder stops a
 * margin before the TTL, the allocator takes the lease back a margin behind it. Two margins, half of the TTL, are what a clock of the log may leap,
 * and what an ADD that was admitted may still take.
 */

/** Seconds, rounded up. */
const marginOf = (ttlSeconds: number): number => Math.ceil(ttlSeconds / 4);

/** For so many seconds since it was last heard of a holder gives addresses. */
export const servedSeconds = (ttlSeconds: number): number => ttlSeconds - marginOf(ttlSeconds);

/** A stamp of the log that is so many seconds behind the one before tells of a leap, or of a log that was away: no silence of a node. */
export const gapSeconds = (ttlSeconds: number): number => 2 * marginOf(ttlSeconds);

/** A holder that has its ledger says each so many seconds that it is there: so the log's stamps go on, whatever else happens. */
export const renewSeconds = (ttlSeconds: number): number => ttlSeconds / 3;

/** Whether a holder that was last heard of at `heardAt` has stopped long ago, by the cluster log's stamps. */
export const isSilent = (heardAt: string, ttlSeconds: number, asOf: string): boolean =>
  isOver(secondsAfter(heardAt, ttlSeconds + marginOf(ttlSeconds)), asOf);
