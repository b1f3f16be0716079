import { type IpAddress, toNumber } from './address.ts';
import { type AddressRange, isWithin, rangeFamily } from './address-range.ts';
import type { Free, Pool } from './pool.ts';
import { placeAt } from './row.ts';

/** The lowest place of the range that was never given. */
const neverGiven = (pool: Pool, { first, last }: AddressRange): bigint | undefined => {
  const { row, next } = pool;
  if (next === undefined) return undefined;
  const offset = (address: IpAddress): bigint => toNumber(address) - row.first;
  const from = offset(first) > next.index ? offset(first) : next.index;
  const to = offset(last) < row.count ? offset(last) : row.count - 1n;
  for (let index = from; index <= to; index += 1n) {
    const place = placeAt(row, index);
    if (!pool.held.has(place) && !pool.returned.live.has(place)) return index;
  }
  return undefined;
};

/**
 * What `nextFree` would give of a pool of addresses if these ranges were all there is: the lowest that was never given, else the one
 * that was returned first. Looks past no more places than were ever given, however large the ranges are.
 */
export const nextFreeWithin = (pool: Pool, ranges: ReadonlyArray<AddressRange>): Free | undefined => {
  const own = ranges.filter((range) => rangeFamily(range) === pool.row.family);
  const lowest = own
    .flatMap((range) => neverGiven(pool, range) ?? [])
    .reduce<bigint | undefined>(
      (least, index) => (least === undefined || index < least ? index : least),
      undefined,
    );
  if (lowest !== undefined) return { place: placeAt(pool.row, lowest), returnedAt: undefined };
  const { entries, front, live } = pool.returned;
  const oldest = entries
    .slice(front)
    .find(
      (entry) =>
        live.get(entry.place) === entry && own.some((range) => isWithin(range, entry.place as IpAddress)),
    );
  return oldest === undefined ? undefined : { place: oldest.place, returnedAt: oldest.since };
};
