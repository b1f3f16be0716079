import { either as E } from 'fp-ts';
import { type IpAddress, parseAddress, toNumber } from '../ip/address.ts';
import { type AddressRange, rangeFamily } from '../ip/address-range.ts';
import { addressAt, type Cidr, contains, network, parseCidr, size } from '../ip/cidr.ts';
import type { RangeSets } from './request.ts';
import type { RequestRefusal } from './request-refusal.ts';

type Range = RangeSets[number][number];

const refused = (value: unknown, expected: string): E.Either<RequestRefusal, never> =>
  E.left({ type: 'wrong-ranges', ranges: JSON.stringify(value), expected });

const end = (
  range: Range,
  subnet: Cidr,
  key: 'rangeStart' | 'rangeEnd',
  otherwise: IpAddress,
): E.Either<RequestRefusal, IpAddress> => {
  const text = range[key];
  if (text === undefined) return E.right(otherwise);
  const address = parseAddress(text);
  return E.isRight(address) && contains(subnet, address.right)
    ? address
    : refused(range, `${key} must be an address inside of ${subnet}`);
};

const readRange = (range: Range): E.Either<RequestRefusal, AddressRange> => {
  const subnet = parseCidr(range.subnet);
  if (E.isLeft(subnet)) {
    return refused(
      range,
      subnet.left.type === 'host-bits-set'
        ? `host bits are set: write ${subnet.left.network}`
        : 'subnet must be a CIDR, such as 10.244.0.0/24',
    );
  }
  const first = end(range, subnet.right, 'rangeStart', network(subnet.right));
  if (E.isLeft(first)) return first;
  const last = end(range, subnet.right, 'rangeEnd', addressAt(subnet.right, size(subnet.right) - 1n));
  if (E.isLeft(last)) return last;
  return toNumber(first.right) <= toNumber(last.right)
    ? E.right({ first: first.right, last: last.right })
    : refused(range, 'rangeStart must not lie behind rangeEnd');
};

/**
 * The capability `ipRanges` (CONVENTIONS.md) as ranges: each set says where one address of the pod may be chosen. A pod has one
 * address per family at most, so a set is of one family, and there is one set for a family.
 */
export const readRanges = (sets: RangeSets): E.Either<RequestRefusal, ReadonlyArray<AddressRange>> => {
  const all: AddressRange[] = [];
  for (const set of sets) {
    const taken = new Set(all.map(rangeFamily));
    for (const written of set) {
      const range = readRange(written);
      if (E.isLeft(range)) return range;
      if (taken.has(rangeFamily(range.right)))
        return refused(set, 'a pod gets one address of each family: write one set of ranges for a family');
      all.push(range.right);
    }
    if (new Set(all.slice(-set.length).map(rangeFamily)).size > 1)
      return refused(set, 'a set is for one address: write the families in sets of their own');
  }
  return E.right(all);
};
