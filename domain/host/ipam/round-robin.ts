import { family, fromNumber, type IpAddress, toNumber } from '../../ip/address.ts';
import { isWithin } from '../../ip/address-range.ts';
import type { PoolRange, RangeSet } from './range-sets.ts';

type Place = { readonly address: IpAddress; readonly range: PoolRange };

const following = (set: RangeSet, { address, range }: Place): Place => {
  if (address !== range.last) return { address: fromNumber(family(address), toNumber(address) + 1n), range };
  const next = set[(set.indexOf(range) + 1) % set.length] ?? range;
  return { address: next.first, range: next };
};

/**
 * Policy `round-robin/1`, as host-local's iterator goes: the addresses of a set, each once, from the one behind that which was
 * reserved last; from the first where none was, or where it lies in no range of the set. Gateways are passed over.
 */
export function* roundRobin(set: RangeSet, last: IpAddress | undefined): Generator<Place, void> {
  const [first] = set;
  if (first === undefined) return;
  const home = last === undefined ? undefined : set.find((range) => isWithin(range, last));
  const start =
    last === undefined || home === undefined
      ? { address: first.first, range: first }
      : following(set, { address: last, range: home });
  let place = start;
  do {
    if (place.address !== place.range.gateway) yield place;
    place = following(set, place);
  } while (place.address !== start.address);
}
