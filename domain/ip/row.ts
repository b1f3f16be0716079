import { addressBits, type Family, family, fromNumber, type IpAddress, toNumber } from './address.ts';
import { type Cidr, cidrFamily, network, prefixLength, size } from './cidr.ts';

/**
 * A row of places to hand out, in order and never materialised: single addresses, or subnets of one length. A place is
 * its canonical text, so the same pool serves pod addresses, host addresses and node subnets of both families.
 */
export type Row = {
  readonly family: Family;
  /** The number of the first place's first address. */
  readonly first: bigint;
  readonly count: bigint;
  /** Bits that one place spans: 0 for an address, 8 for a /24. */
  readonly placeBits: number;
};

/** `10.244.0.7`, or `10.244.3.0/24` when places are subnets. `index` counts from 0 and must be below `count`. */
export const placeAt = (row: Row, index: bigint): string => {
  const address = fromNumber(row.family, row.first + (index << BigInt(row.placeBits)));
  return row.placeBits === 0 ? address : `${address}/${addressBits(row.family) - row.placeBits}`;
};

/** Whether a row of single addresses has this one. */
export const isPlace = (row: Row, address: IpAddress): boolean => {
  const index = toNumber(address) - row.first;
  return family(address) === row.family && index >= 0n && index < row.count;
};

/** Whether a row has this place: an address in a row of addresses, a subnet in one of subnets of its length. */
export const hasPlace = (row: Row, place: string): boolean => {
  const [address = '', length] = place.split('/');
  const of = place.includes(':') ? 6 : 4;
  const expected = row.placeBits === 0 ? undefined : String(addressBits(of) - row.placeBits);
  if (of !== row.family || length !== expected) return false;
  const offset = toNumber(address as IpAddress) - row.first;
  const index = offset >> BigInt(row.placeBits);
  return offset >= 0n && index < row.count && index << BigInt(row.placeBits) === offset;
};

/**
 * What a node may give to pods: all but the network address (IPv6: the subnet-router anycast address, RFC 4291 §2.6.1), the
 * gateway, which is the first address, and the IPv4 broadcast address. 253 places in a /24.
 */
export const podAddresses = (subnet: Cidr): Row => ({
  family: cidrFamily(subnet),
  first: toNumber(network(subnet)) + 2n,
  count: size(subnet) - (cidrFamily(subnet) === 4 ? 3n : 2n),
  placeBits: 0,
});

/** One address per node of the host overlay: all but network and IPv4 broadcast. */
export const hostAddresses = (hostCidr: Cidr): Row => ({
  family: cidrFamily(hostCidr),
  first: toNumber(network(hostCidr)) + 1n,
  count: size(hostCidr) - (cidrFamily(hostCidr) === 4 ? 2n : 1n),
  placeBits: 0,
});

/** The 2^nodeBits node subnets of a pod CIDR, from the lowest. */
export const nodeSubnets = (podCidr: Cidr, nodeBits: number): Row => ({
  family: cidrFamily(podCidr),
  first: toNumber(network(podCidr)),
  count: 1n << BigInt(nodeBits),
  placeBits: addressBits(cidrFamily(podCidr)) - prefixLength(podCidr) - nodeBits,
});
