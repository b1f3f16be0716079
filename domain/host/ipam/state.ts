import type { IpAddress } from '../../ip/address.ts';
import { type AttachmentId, attachmentKey } from '../attachment.ts';
import type { CarriedAllocation, CarriedNetwork } from './events.ts';
import type { RangeSets } from './range-sets.ts';

/** An attachment that holds addresses of a network's pool. */
export type Allocated = CarriedAllocation;

/** One network's addresses, as evio-ipam gives them. */
export type NetworkPool = {
  ranges: RangeSets;
  /** By attachment. */
  readonly allocated: Map<string, Allocated>;
  /** Address → attachment. */
  readonly held: Map<IpAddress, string>;
  /** Of each set of ranges the address that was given last. */
  readonly last: Map<number, IpAddress>;
};

export type NetworkPools = Map<string, NetworkPool>;

export const emptyNetworkPool = (): NetworkPool => ({
  ranges: [],
  allocated: new Map(),
  held: new Map(),
  last: new Map(),
});

/** In host-local's old format a file did not name the interface: what is known of such a container is of any interface. */
const anyInterface = '';

/** What the attachment holds; `undefined` when nothing. */
export const allocatedTo = (
  pools: Readonly<NetworkPools>,
  attachment: AttachmentId,
): Allocated | undefined => {
  const allocations = pools.get(attachment.network)?.allocated;
  return (
    allocations?.get(attachmentKey(attachment)) ??
    allocations?.get(attachmentKey({ ...attachment, ifname: anyInterface }))
  );
};

const poolOf = (pools: NetworkPools, network: string): NetworkPool => {
  const known = pools.get(network) ?? emptyNetworkPool();
  pools.set(network, known);
  return known;
};

/** Changes the pools it is given. */
export const configurePool = (pools: NetworkPools, network: string, ranges: RangeSets): void => {
  poolOf(pools, network).ranges = ranges;
};

/** Changes the pools it is given. */
export const recordAllocated = (pools: NetworkPools, one: Allocated): void => {
  const pool = poolOf(pools, one.network);
  const key = attachmentKey(one);
  pool.allocated.set(key, one);
  for (const { address, set } of one.addresses) {
    pool.held.set(address, key);
    if (set !== undefined) pool.last.set(set, address);
  }
};

/** Changes the pools it is given. */
export const recordReleased = (
  pools: NetworkPools,
  attachment: AttachmentId,
  addresses: ReadonlyArray<IpAddress>,
): void => {
  const pool = pools.get(attachment.network);
  pool?.allocated.delete(attachmentKey(attachment));
  for (const address of addresses) pool?.held.delete(address);
};

/** All of it, in the shape in which eras and snapshots keep it. */
export const carriedPools = (
  pools: Readonly<NetworkPools>,
): { readonly networks: ReadonlyArray<CarriedNetwork>; readonly allocated: ReadonlyArray<Allocated> } => ({
  networks: [...pools].map(([network, { ranges, last }]) => ({
    network,
    ranges,
    last: [...last].map(([set, address]) => ({ set, address })).sort((one, other) => one.set - other.set),
  })),
  allocated: [...pools.values()].flatMap(({ allocated }) => [...allocated.values()]),
});

export const restorePools = (
  networks: ReadonlyArray<CarriedNetwork>,
  allocated: ReadonlyArray<Allocated>,
): NetworkPools => {
  const pools: NetworkPools = new Map();
  for (const { network, ranges } of networks) configurePool(pools, network, ranges);
  for (const one of allocated) recordAllocated(pools, one);
  // Behind what is held: an address may have been given last and be free again.
  for (const { network, last } of networks) {
    const pool = poolOf(pools, network);
    pool.last.clear();
    for (const { set, address } of last) pool.last.set(set, address);
  }
  return pools;
};
