import { either as E } from 'fp-ts';
import type { IpAddress } from '../../ip/address.ts';
import type { PoolAllocation } from './events.ts';
import type { PoolFailure } from './failure.ts';
import { type RangeSet, type RangeSets, rangeOf, setText } from './range-sets.ts';
import { roundRobin } from './round-robin.ts';
import type { NetworkPool } from './state.ts';

/** What the files say beyond the log. */
export type FoundFiles = {
  /** By set of ranges, where a file says which address was reserved last. */
  readonly last: ReadonlyMap<number, IpAddress>;
  /** Addresses that have a file, and of which the log knows nobody: they are given to nobody. */
  readonly taken: ReadonlySet<IpAddress>;
};

export const nothingFound: FoundFiles = { last: new Map(), taken: new Set() };

type Chosen = E.Either<PoolFailure, PoolAllocation>;

const requested = (
  pool: Pick<NetworkPool, 'held'>,
  found: FoundFiles,
  [set, ranges]: readonly [number, RangeSet],
  address: IpAddress,
): Chosen => {
  if (rangeOf(ranges, address)?.gateway === address)
    return E.left({ type: 'pool-requested-gateway', set, address });
  return pool.held.has(address) || found.taken.has(address)
    ? E.left({ type: 'pool-requested-taken', set, address, ranges: setText(ranges) })
    : E.right({ address, set, choice: { by: 'requested' } });
};

const byPolicy = (
  { held, last }: Pick<NetworkPool, 'held' | 'last'>,
  found: FoundFiles,
  [set, ranges]: readonly [number, RangeSet],
): Chosen => {
  const own = last.get(set);
  const after = found.last.get(set) ?? own;
  const passedOver: IpAddress[] = [];
  for (const { address } of roundRobin(ranges, after)) {
    if (held.has(address)) continue;
    if (found.taken.has(address)) {
      passedOver.push(address);
      continue;
    }
    return E.right({
      address,
      set,
      choice: {
        by: 'policy',
        policy: 'round-robin/1',
        ...(after === undefined || after === own ? {} : { after }),
        ...(passedOver.length === 0 ? {} : { passedOver }),
      },
    });
  }
  return E.left({ type: 'pool-exhausted', set, ranges: setText(ranges) });
};

/**
 * One address of each set: of those that were asked for the first that lies in it, else by policy `round-robin/1`. All of them, or
 * why not: also where one that was asked for is left over.
 */
export const chooseFromPool = (
  pool: Pick<NetworkPool, 'held' | 'last'>,
  ranges: RangeSets,
  wanted: ReadonlyArray<IpAddress>,
  found: FoundFiles = nothingFound,
): E.Either<PoolFailure, ReadonlyArray<PoolAllocation>> => {
  const left = new Set(wanted);
  const chosen: PoolAllocation[] = [];
  for (const set of ranges.entries()) {
    const asked = [...left].find((address) => rangeOf(set[1], address) !== undefined);
    if (asked !== undefined) left.delete(asked);
    const one = asked === undefined ? byPolicy(pool, found, set) : requested(pool, found, set, asked);
    if (E.isLeft(one)) return one;
    chosen.push(one.right);
  }
  return left.size === 0 ? E.right(chosen) : E.left({ type: 'pool-requested-left', addresses: [...left] });
};
