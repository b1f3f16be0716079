import * as t from 'io-ts';
import { IpAddress, toNumber } from '../../ip/address.ts';
import { isWithin } from '../../ip/address-range.ts';
import { Cidr } from '../../ip/cidr.ts';

/** Addresses of a subnet, from first to last, both included; the gateway is passed over where it lies among them. */
export const PoolRange = t.strict({ subnet: Cidr, first: IpAddress, last: IpAddress, gateway: IpAddress });
export type PoolRange = t.TypeOf<typeof PoolRange>;

/**
 * What a network's addresses are given from: an attachment gets one address of each set (host-local's `ranges`). The ranges of a
 * set are of one family, and no two ranges overlap.
 */
export const RangeSets = t.readonlyArray(t.readonlyArray(PoolRange));
export type RangeSets = t.TypeOf<typeof RangeSets>;
export type RangeSet = RangeSets[number];

export const rangeOf = (set: RangeSet, address: IpAddress): PoolRange | undefined =>
  set.find((range) => isWithin(range, address));

/** How many addresses all sets have together; gateways are never given. */
export const capacityOf = (sets: RangeSets): bigint =>
  sets.flat().reduce((sum, range) => {
    const size = toNumber(range.last) - toNumber(range.first) + 1n;
    return sum + size - (isWithin(range, range.gateway) ? 1n : 0n);
  }, 0n);

/** As host-local writes a set in its messages. */
export const setText = (set: RangeSet): string => set.map(({ first, last }) => `${first}-${last}`).join(',');
