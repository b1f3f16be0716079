import { emptyPool, type Pool } from './pool.ts';
import { append } from './queue.ts';
import { hasPlace, placeAt, type Row } from './row.ts';

const byReturn = ([, one]: readonly [string, string], [, other]: readonly [string, string]): number =>
  Temporal.Instant.compare(one, other);

const returnedIn = ({ returned: { entries, live } }: Pool): ReadonlyArray<readonly [string, string]> =>
  entries
    .filter((entry) => live.get(entry.place) === entry)
    .map(({ place, since }) => [place, since] as const);

/**
 * A pool over another row: what earlier pools hold of its places is held, and what was returned waits in the order in which it was
 * returned. Places that the row does not have are left out.
 */
export const carryOver = (row: Row, earlier: ReadonlyArray<Pool>): Pool => {
  const pool = emptyPool(row);
  const returned: Array<readonly [string, string]> = [];
  let sources = 0;
  for (const one of earlier) {
    for (const [place, holder] of one.held) if (hasPlace(row, place)) pool.held.set(place, holder);
    const own = returnedIn(one).filter(([place]) => hasPlace(row, place));
    sources += own.length > 0 ? 1 : 0;
    returned.push(...own);
  }
  for (const [place, since] of sources > 1 ? returned.sort(byReturn) : returned)
    append(pool.returned, place, since);
  let index = 0n;
  const isGiven = (place: string): boolean => pool.held.has(place) || pool.returned.live.has(place);
  while (index < row.count && isGiven(placeAt(row, index))) index += 1n;
  pool.next = index < row.count ? { index, place: placeAt(row, index) } : undefined;
  return pool;
};
