import { either as E } from 'fp-ts';
import { type Family, family, type IpAddress } from '../ip/address.ts';
import { type AddressRange, isWithin, rangeFamily } from '../ip/address-range.ts';
import { addressAt, type Cidr, cidrFamily, contains, offsetOf, size } from '../ip/cidr.ts';
import { nextFreeWithin } from '../ip/free-within.ts';
import { nextFree } from '../ip/pool.ts';
import type { Allocation } from './events.ts';
import type { HostFailure } from './failure.ts';
import { mayHaveMore } from './request-subnets.ts';
import { type HostState, type Lease, maxSubnetsOf } from './state.ts';

const families: ReadonlyArray<Family> = [4, 6];

/** The first address of a node's subnet: on the bridge, and every pod's way out. */
export const gatewayOf = (subnet: Cidr): IpAddress => addressAt(subnet, 1n);

/** What an address of the subnet is, where no pod may have it. */
export const neverGiven = (
  subnet: Cidr,
  address: IpAddress,
): 'network' | 'gateway' | 'broadcast' | undefined => {
  const offset = offsetOf(subnet, address);
  if (offset === 0n) return 'network';
  if (offset === 1n) return 'gateway';
  return cidrFamily(subnet) === 4 && offset === size(subnet) - 1n ? 'broadcast' : undefined;
};

const requested = (
  state: HostState,
  lease: Lease,
  ranges: ReadonlyArray<AddressRange>,
  address: IpAddress,
): E.Either<HostFailure, Allocation> => {
  const subnet = lease.subnets.find((candidate) => contains(candidate, address));
  if (subnet === undefined) return E.left({ type: 'requested-outside', address, subnets: lease.subnets });
  const role = neverGiven(subnet, address);
  if (role !== undefined) return E.left({ type: 'requested-never-given', address, role });
  if (ranges.length > 0 && !ranges.some((range) => isWithin(range, address)))
    return E.left({ type: 'requested-outside-ranges', address, ranges });
  const holder = state.pools.get(subnet)?.held.get(address);
  return holder === undefined
    ? E.right({ address, choice: { by: 'requested' } })
    : E.left({ type: 'requested-held', address, holder });
};

/**
 * Policy `next-free/1`: of the lease's subnets the first that has room, so that a later one empties and can be given back; in it the
 * first never-given address and, when all were given, the one that has been free for longest. Reuse is put off by order and not by
 * a clock, so the choice follows from the stream alone: a crash-looping container does not see an address again until all others
 * of the subnet were given.
 */
const nextFreeOf = (
  state: HostState,
  lease: Lease,
  subnets: ReadonlyArray<Cidr>,
  ranges: ReadonlyArray<AddressRange>,
): E.Either<HostFailure, Allocation> => {
  const pools = subnets.flatMap((subnet) => state.pools.get(subnet) ?? []);
  const confined = ranges.length > 0;
  const best = pools
    .values()
    .map((pool) => (confined ? nextFreeWithin(pool, ranges) : nextFree(pool)))
    .find((free) => free !== undefined);
  if (best !== undefined)
    return E.right({ address: best.place as IpAddress, choice: { by: 'policy', policy: 'next-free/1' } });
  if (confined) return E.left({ type: 'ranges-exhausted', ranges });
  const capacity = pools.reduce((sum, { row }) => sum + row.count, 0n).toString();
  const [first] = subnets;
  return E.left(
    first !== undefined && mayHaveMore(lease, cidrFamily(first))
      ? { type: 'subnet-awaited', subnets, capacity, most: maxSubnetsOf(lease) }
      : { type: 'subnet-exhausted', subnets, capacity },
  );
};

/** The ranges that reach no address of the lease, its families without a subnet among them. */
const unreachable = (lease: Lease, ranges: ReadonlyArray<AddressRange>): HostFailure | undefined => {
  for (const of of families) {
    const own = ranges.filter((range) => rangeFamily(range) === of);
    const reached = own.some((range) => lease.subnets.some((subnet) => meets(range, subnet)));
    if (own.length > 0 && !reached) return { type: 'ranges-outside', ranges: own, subnets: lease.subnets };
  }
  return undefined;
};

const meets = (range: AddressRange, subnet: Cidr): boolean =>
  rangeFamily(range) === cidrFamily(subnet) &&
  offsetOf(subnet, range.first) < size(subnet) &&
  offsetOf(subnet, range.last) >= 0n;

/**
 * One address for each family that the lease has: the requested one or, where none is, by policy; in a family that `ranges` name,
 * out of these.
 */
export const chooseAddresses = (
  state: HostState,
  lease: Lease,
  wanted: ReadonlyArray<IpAddress>,
  ranges: ReadonlyArray<AddressRange> = [],
): E.Either<HostFailure, ReadonlyArray<Allocation>> => {
  const allocations: Allocation[] = [];
  const foreign = wanted.find((address) => !lease.subnets.some((subnet) => contains(subnet, address)));
  if (foreign !== undefined) {
    return E.left({ type: 'requested-outside', address: foreign, subnets: lease.subnets });
  }
  const outside = unreachable(lease, ranges);
  if (outside !== undefined) return E.left(outside);
  for (const of of families) {
    const subnets = lease.subnets.filter((subnet) => cidrFamily(subnet) === of);
    if (subnets.length === 0) continue;
    const named = [...new Set(wanted.filter((address) => family(address) === of))];
    const [first, ...others] = named;
    if (others.length > 0) return E.left({ type: 'requested-twice', addresses: named });
    const own = ranges.filter((range) => rangeFamily(range) === of);
    const chosen =
      first === undefined ? nextFreeOf(state, lease, subnets, own) : requested(state, lease, own, first);
    if (E.isLeft(chosen)) return chosen;
    allocations.push(chosen.right);
  }
  return E.right(allocations);
};
