import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import type { Pool } from './pool.ts';
import type { Entry, Queue } from './queue.ts';
import { placeAt, type Row } from './row.ts';

const StoredQueue = t.strict({
  /** Place and since, as the array has them, the dead ones too: the next sweep must come when it would have come. */
  entries: t.readonlyArray(t.tuple([t.string, t.string])),
  /** Which of the entries are dead. */
  dead: t.readonlyArray(Integer),
  front: Integer,
});
type StoredQueue = t.TypeOf<typeof StoredQueue>;

/** A pool in a snapshot: all but its row, which follows from what the pool is for. */
export const StoredPool = t.exact(
  t.intersection([
    t.type({
      /** Place and holder, in the order of the map. */
      held: t.readonlyArray(t.tuple([t.string, t.string])),
      returned: StoredQueue,
    }),
    /** Index of the lowest place never given, in decimal: IPv6 has more places than a JSON number can say. */
    t.partial({ next: t.refinement(t.string, (text) => /^\d+$/.test(text), 'Decimal') }),
  ]),
);
export type StoredPool = t.TypeOf<typeof StoredPool>;

const storeQueue = ({ entries, front, live }: Queue): StoredQueue => ({
  entries: entries.map(({ place, since }) => [place, since]),
  dead: entries.flatMap((entry, index) => (live.get(entry.place) === entry ? [] : [index])),
  front,
});

const restoreQueue = (stored: StoredQueue): Queue => {
  const dead = new Set(stored.dead);
  const entries = stored.entries.map(([place, since]): Entry => ({ place, since }));
  const live = entries.filter((_, index) => !dead.has(index)).map((entry) => [entry.place, entry] as const);
  return { entries, front: stored.front, live: new Map(live) };
};

export const storePool = ({ held, returned, next }: Pool): StoredPool => ({
  held: [...held],
  returned: storeQueue(returned),
  ...(next === undefined ? {} : { next: next.index.toString() }),
});

/** The very pool that was stored, over the row that it had. */
export const restorePool = (row: Row, { held, returned, next }: StoredPool): Pool => {
  const index = next === undefined ? undefined : BigInt(next);
  return {
    row,
    held: new Map(held),
    returned: restoreQueue(returned),
    next: index === undefined ? undefined : { index, place: placeAt(row, index) },
  };
};
