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

/** The place to give next; `undefined` when every place is held. Says nothing of cool-down or quarantine. */
export const nextFree = (pool: Pool): Free | undefined => {
  if (pool.next !== undefined) return { place: pool.next.place, returnedAt: undefined };
  const front = pool.returned.entries[pool.returned.front];
  return front === undefined ? undefined : { place: front.place, returnedAt: front.since };
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
