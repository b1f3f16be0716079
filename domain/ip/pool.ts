import { append, emptyQueue, type Queue, remove } from './queue.ts';
import { placeAt, type Row } from './row.ts';

/**
 * Which places of a row are held, by whom, and in which order the others are to be given: never-given ones in the row's
 * order, then the longest-returned first, so that a place is used again as late as possible.
 *
 * Choosing looks at one place: `next` always stands on a never-given place and the queue's front is always a returned
 * one; `take` and `giveBack` keep it so, at O(1) amortised.
 */
export type Pool = {
  readonly row: Row;
  /** Place → holder. */
  readonly held: Map<string, string>;
  /** Places given at least once and free again, with the moment that the fact names, the longest free first. */
  readonly returned: Queue;
  /** The lowest place that was never given; `undefined` when there is none left. */
  next: { readonly index: bigint; readonly place: string } | undefined;
};

export type Free = {
  readonly place: string;
  /** When it was given back; `undefined` for a place that was never given. */
  readonly returnedAt: string | undefined;
};

const stand = (row: Row, index: bigint): Pool['next'] =>
  index < row.count ? { index, place: placeAt(row, index) } : undefined;

export const emptyPool = (row: Row): Pool => ({
  row,
  held: new Map(),
  returned: emptyQueue(),
  next: stand(row, 0n),
});

/**
 * The place to give next; `undefined` when every place is held, or kept from being given. Says nothing of cool-down or quarantine. It looks
 * past the first place only where that one is kept.
 */
export const nextFree = (
  { row, held, returned, next }: Pool,
  isKept: (place: string) => boolean = () => false,
): Free | undefined => {
  const isGiven = (place: string): boolean => held.has(place) || returned.live.has(place);
  let free = next;
  while (free !== undefined && (isKept(free.place) || (free !== next && isGiven(free.place))))
    free = stand(row, free.index + 1n);
  if (free !== undefined) return { place: free.place, returnedAt: undefined };
  for (let at = returned.front; at < returned.entries.length; at++) {
    const entry = returned.entries[at];
    if (entry !== undefined && returned.live.get(entry.place) === entry && !isKept(entry.place))
      return { place: entry.place, returnedAt: entry.since };
  }
  return undefined;
};

/** Records that `holder` has the place, chosen here or asked for by name. */
export const take = (pool: Pool, place: string, holder: string): void => {
  pool.held.set(place, holder);
  remove(pool.returned, place);
  while (
    pool.next !== undefined &&
    (pool.held.has(pool.next.place) || pool.returned.live.has(pool.next.place))
  ) {
    pool.next = stand(pool.row, pool.next.index + 1n);
  }
};

/** Records that a held place is free again since `since`. */
export const giveBack = (pool: Pool, place: string, since: string): void => {
  if (pool.held.delete(place)) append(pool.returned, place, since);
};
