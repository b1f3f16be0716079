import { either as E } from 'fp-ts';
import { type PoolRange, type RangeSet, type RangeSets, rangeOf, setText } from '../host/ipam/range-sets.ts';
import { addressBits, family, type IpAddress, parseAddress, toNumber } from '../ip/address.ts';
import { addressAt, type Cidr, cidrFamily, contains, parseCidr, prefixLength, size } from '../ip/cidr.ts';

/** A range as it is written, each key a text if it is there. */
export type WrittenRange = {
  readonly subnet?: string | undefined;
  readonly rangeStart?: string | undefined;
  readonly rangeEnd?: string | undefined;
  readonly gateway?: string | undefined;
};

/** What is wrong, in host-local's words. */
type Checked<A> = E.Either<string, A>;

const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i;

/** An IPv4 address may be written as one of IPv6 (RFC 4291, section 2.5.5.2). */
const readAddress = (text: string): Checked<IpAddress> =>
  E.mapLeft(() => `invalid IP address: ${text}`)(parseAddress(mapped.exec(text)?.[1] ?? text));

const readSubnet = (text: string): Checked<Cidr> => {
  const read = parseCidr(text);
  if (E.isLeft(read) && read.left.type === 'not-a-cidr') return E.left(`invalid CIDR address: ${text}`);
  const [address = '', length = ''] = text.split('/');
  if (Number(length) > addressBits(address.includes(':') ? 6 : 4) - 2)
    return E.left(`Network ${text} too small to allocate from`);
  if (mapped.test(address)) return E.left('IPNet IP and Mask version mismatch');
  if (E.isRight(read)) return read;
  const meant = read.left.type === 'host-bits-set' ? read.left.network.replace(/\/.*/, '') : '';
  return E.left(
    `Network has host bits set. For a subnet mask of length ${length} the network address is ${meant}`,
  );
};

/** An end of a range, if it was written: in the subnet, and not beyond the other end. */
const readEnd = (
  subnet: Cidr,
  name: string,
  text: string | undefined,
  otherwise: IpAddress,
  isBeyond: (address: IpAddress) => boolean,
): Checked<IpAddress> => {
  if (text === undefined) return E.right(otherwise);
  const address = readAddress(text);
  if (E.isLeft(address)) return address;
  return contains(subnet, address.right) && !isBeyond(address.right)
    ? address
    : E.left(`${name} ${address.right} not in network ${subnet}`);
};

/** The last address of IPv6, and the one before it of IPv4, where that is broadcast. */
const lastOf = (subnet: Cidr): IpAddress =>
  addressAt(subnet, size(subnet) - (cidrFamily(subnet) === 4 ? 2n : 1n));

const readRange = ({ subnet: written, rangeStart, rangeEnd, gateway }: WrittenRange): Checked<PoolRange> => {
  if (written === undefined) return E.left('IP <nil> not v4 nor v6');
  const subnet = readSubnet(written);
  if (E.isLeft(subnet)) return subnet;
  const first = addressAt(subnet.right, 1n);
  const way = gateway === undefined ? E.right(first) : readAddress(gateway);
  if (E.isLeft(way)) return way;
  const end = rangeEnd === undefined ? E.right(lastOf(subnet.right)) : readAddress(rangeEnd);
  if (E.isLeft(end)) return end;
  // Where only the start is written it may lie behind the end as well: host-local then gives addresses of other networks.
  const start = readEnd(
    subnet.right,
    'RangeStart',
    rangeStart,
    first,
    (address) => toNumber(address) > toNumber(end.right),
  );
  if (E.isLeft(start)) return start;
  const last = readEnd(
    subnet.right,
    'RangeEnd',
    rangeEnd,
    end.right,
    (address) => toNumber(address) < toNumber(start.right),
  );
  if (E.isLeft(last)) return last;
  return E.right({ subnet: subnet.right, first: start.right, last: last.right, gateway: way.right });
};

const overlap = (one: PoolRange, other: PoolRange): boolean =>
  [one.first, one.last].some((address) => rangeOf([other], address) !== undefined) ||
  rangeOf([one], other.first) !== undefined;

const readSet = (written: ReadonlyArray<WrittenRange>): Checked<RangeSet> => {
  if (written.length === 0) return E.left('empty range set');
  const set: PoolRange[] = [];
  for (const one of written) {
    const range = readRange(one);
    if (E.isLeft(range)) return range;
    const [before] = set;
    if (before !== undefined && family(before.first) !== family(range.right.first))
      return E.left('mixed address families');
    set.push(range.right);
  }
  for (const [index, one] of set.entries()) {
    const other = set.slice(index + 1).find((later) => overlap(one, later));
    if (other !== undefined) return E.left(`subnets ${setText([one])} and ${setText([other])} overlap`);
  }
  return E.right(set);
};

/** Go reads all texts before it looks at what they mean together; then a fault has no place. */
const misspelt = (sets: ReadonlyArray<ReadonlyArray<WrittenRange>>): string | undefined => {
  for (const { subnet, rangeStart, rangeEnd, gateway } of sets.flat()) {
    const cidr = subnet === undefined ? undefined : parseCidr(subnet);
    if (cidr !== undefined && E.isLeft(cidr) && cidr.left.type === 'not-a-cidr')
      return `invalid CIDR address: ${subnet}`;
    for (const text of [rangeStart, rangeEnd, gateway]) {
      const address = text === undefined ? undefined : readAddress(text);
      if (address !== undefined && E.isLeft(address)) return address.left;
    }
  }
  return undefined;
};

/**
 * The ranges of a network as host-local takes them: complete, with its defaults (the first address is the gateway, and the range all of
 * the subnet), and refused where it refuses, in its words.
 */
export const readRangeSets = (sets: ReadonlyArray<ReadonlyArray<WrittenRange>>): Checked<RangeSets> => {
  const wrong = misspelt(sets);
  if (wrong !== undefined) return E.left(wrong);
  if (sets.length === 0) return E.left('no IP ranges specified');
  const all: RangeSet[] = [];
  for (const [index, written] of sets.entries()) {
    const set = readSet(written);
    if (E.isLeft(set)) return E.left(`invalid range set ${index}: ${set.left}`);
    all.push(set.right);
  }
  for (const [index, set] of all.entries()) {
    const later = all.findIndex(
      (other, at) => at > index && set.some((one) => other.some((range) => overlap(one, range))),
    );
    if (later !== -1) return E.left(`range set ${index} overlaps with ${later}`);
  }
  return E.right(all);
};

/** Network and prefix of an address, as a result has it: `10.1.2.3/24`. */
export const withPrefix = (address: IpAddress, { subnet }: PoolRange): string =>
  `${address}/${prefixLength(subnet)}`;
