import { either as E } from 'fp-ts';
import { recordsOf } from '../audit/records.ts';
import type { LoggedEvent, LogReader } from '../port/log-reader.ts';

/** The first event of a stream, or of the log, in which a log and its copy differ. */
export type CopyDiffers = {
  /** A stream's name, or `log`. */
  readonly of: string;
  readonly here: LoggedEvent;
  readonly there: LoggedEvent;
};

export type CopyAgrees = {
  /** Events that both have, counted by stream. */
  readonly common: number;
  /** Events that only the one or the other has, all of them at the end of their streams. */
  readonly onlyHere: number;
  readonly onlyThere: number;
  /** Payloads that the other has redacted, and this one has as they were written: chains are the same with and without them. */
  readonly wholeHere: number;
  readonly wholeThere: number;
};

const eventAt = (log: LogReader, stream: string, revision: number): LoggedEvent | undefined => {
  for (const [event] of log.streamPages(stream, revision)) return event;
  return undefined;
};

/** How many of the payloads that `redacted` has redacted `other` has in another text. */
const wholeIn = (other: LogReader, redacted: LogReader): number => {
  let whole = 0;
  for (const { stream, revision } of recordsOf(redacted)) {
    const there = eventAt(other, stream, revision);
    if (there !== undefined && there.payload !== eventAt(redacted, stream, revision)?.payload) whole += 1;
  }
  return whole;
};

/** Where two chains that differ at `last` part: behind it they never agree again, so half of it can be passed over each time. */
const parting = (last: number, differ: (at: number) => boolean): number => {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (differ(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

const firstDifference = (
  of: string,
  last: number,
  here: (at: number) => LoggedEvent | undefined,
  there: (at: number) => LoggedEvent | undefined,
  hash: (event: LoggedEvent) => string,
): CopyDiffers | undefined => {
  const pair = (at: number) => {
    const [ours, theirs] = [here(at), there(at)];
    return ours !== undefined && theirs !== undefined && hash(ours) !== hash(theirs)
      ? { of, here: ours, there: theirs }
      : undefined;
  };
  return last < 0 || pair(last) === undefined
    ? undefined
    : pair(parting(last, (at) => pair(at) !== undefined));
};

/**
 * Compares a verified log with another copy of its streams, by the hashes of their chains: equal hashes at one revision prove
 * all before it. Either may be longer. Two copies of one log and epoch must agree in the log's own chain as well.
 */
export const compareCopy = (log: LogReader, copy: LogReader): E.Either<CopyDiffers, CopyAgrees> => {
  const there = new Map(copy.heads().map((head) => [head.stream, head]));
  const here = new Map(log.heads().map((head) => [head.stream, head]));
  let common = 0;
  for (const [stream, { revision, hash }] of here) {
    const other = there.get(stream);
    if (other === undefined) continue;
    const last = Math.min(revision, other.revision);
    common += last + 1;
    if (revision === other.revision && hash === other.hash) continue;
    const differs = firstDifference(
      stream,
      last,
      (at) => eventAt(log, stream, at),
      (at) => eventAt(copy, stream, at),
      (event) => event.hash,
    );
    if (differs !== undefined) return E.left(differs);
  }
  const same = log.identity.logId === copy.identity.logId && log.identity.epoch === copy.identity.epoch;
  const shorter = Math.min(log.end()?.position ?? -1, copy.end()?.position ?? -1);
  const differs = same
    ? firstDifference('log', shorter, log.at, copy.at, (event) => event.logHash)
    : undefined;
  if (differs !== undefined) return E.left(differs);
  const total = (heads: typeof here): number =>
    [...heads.values()].reduce((sum, { revision }) => sum + revision + 1, 0);
  return E.right({
    common,
    onlyHere: total(here) - common,
    onlyThere: total(there) - common,
    wholeHere: wholeIn(log, copy),
    wholeThere: wholeIn(copy, log),
  });
};
