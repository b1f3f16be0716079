import { type Family, family, fromNumber, type IpAddress, toNumber } from '../ip/address.ts';
import { type Cidr, contains } from '../ip/cidr.ts';
import { emptyPool, type Pool } from '../ip/pool.ts';
import { append } from '../ip/queue.ts';
import { placeAt, podAddresses } from '../ip/row.ts';
import { attachmentKey } from './attachment.ts';
import type { CarriedPool, EraOpened, ReturnedRun } from './era-events.ts';
import { isNone, noExtra } from './extra-subnets.ts';
import { carriedPools, restorePools } from './ipam/state.ts';
import { addressesOf, type HostState } from './state.ts';

/** What of a host's state goes from one era into the next: all of it. */
export type Carried = Omit<EraOpened, 'type' | 'era' | 'previous'>;

const runsOf = ({ returned }: Pool): ReadonlyArray<ReturnedRun> => {
  const runs: ReturnedRun[] = [];
  let following: { readonly of: Family; readonly number: bigint } | undefined;
  for (const { place, since } of returned.entries.filter(
    (entry) => returned.live.get(entry.place) === entry,
  )) {
    const address = place as IpAddress;
    const number = toNumber(address);
    const last = runs.at(-1);
    const follows = following?.number === number && following.of === family(address) && last?.since === since;
    if (follows && last !== undefined) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first: address, count: 1, since });
    following = { of: family(address), number: number + 1n };
  }
  return runs;
};

const carriedPool = ([subnet, pool]: readonly [Cidr, Pool]): CarriedPool => ({
  subnet,
  returned: runsOf(pool),
  ...(pool.next === undefined ? {} : { next: pool.next.index.toString() }),
});

export const carried = (state: Readonly<HostState>): Carried => {
  const { bootId, joinRequested, leaveRequested, lease, extra, fence, clusterRevision, attachments, pools } =
    state;
  const { networks, allocated } = carriedPools(state.networks);
  return {
    ...(bootId === undefined ? {} : { bootId }),
    joinRequested,
    leaveRequested,
    ...(lease === undefined ? {} : { lease }),
    ...(fence === undefined ? {} : { fence }),
    ...(isNone(extra) ? {} : { extra }),
    ...(state.epoch === undefined ? {} : { epoch: state.epoch }),
    clusterRevision,
    held: [...attachments.values()],
    pools: [...pools].map(carriedPool),
    ...(networks.length === 0 ? {} : { networks }),
    ...(allocated.length === 0 ? {} : { allocated }),
  };
};

const restorePool = ({ subnet, returned, next }: CarriedPool): Pool => {
  const pool = emptyPool(podAddresses(subnet));
  for (const { first, count, since } of returned) {
    const number = toNumber(first);
    for (let step = 0; step < count; step += 1)
      append(pool.returned, fromNumber(family(first), number + BigInt(step)), since);
  }
  const index = next === undefined ? undefined : BigInt(next);
  pool.next = index === undefined ? undefined : { index, place: placeAt(pool.row, index) };
  return pool;
};

/** The state that was carried. Which address is held follows from who holds it. */
export const restoreCarried = (opened: EraOpened): HostState => {
  const { era, bootId, joinRequested, leaveRequested, lease, fence, clusterRevision } = opened;
  const pools = new Map(opened.pools.map((pool) => [pool.subnet, restorePool(pool)] as const));
  const attachments = new Map(opened.held.map((held) => [attachmentKey(held), held] as const));
  for (const [key, attachment] of attachments) {
    for (const address of addressesOf(attachment)) {
      for (const [subnet, pool] of pools) if (contains(subnet, address)) pool.held.set(address, key);
    }
  }
  return {
    era,
    closed: false,
    bootId,
    joinRequested,
    leaveRequested,
    lease,
    extra: opened.extra ?? noExtra,
    fence,
    clusterRevision,
    epoch: opened.epoch,
    attachments,
    pools,
    networks: restorePools(opened.networks ?? [], opened.allocated ?? []),
  };
};
