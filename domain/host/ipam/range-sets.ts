import * as t from 'io-ts';
import { IpAddress } from '../../ip/address.ts';
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

/** As host-local writes a set in its messages. */
export const setText = (set: RangeSet): string => set.map(({ first, last }) => `${first}-${last}`).join(',');
