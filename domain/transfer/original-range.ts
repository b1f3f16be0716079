import { either as E } from 'fp-ts';
import { type Violation, violation } from '../cluster/violation.ts';
import { addressBits, family, fromNumber, type IpAddress, parseAddress, toNumber } from '../ip/address.ts';
import { type Cidr, contains, overlaps, parseCidr, size } from '../ip/cidr.ts';

/** Where the original (EdgeVPNio/cni) keeps which ranges it gave out: one key each, without an owner. */
export const rangesPrefix = '/evpn/';

const lockPrefix = '/evpn/evio-lock/';

/** `/evpn/<first>,<last>,<bridge>/<length of the pod CIDR>`: the third address to the last but one of a node's subnet. */
const keyShape = /^\/evpn\/([^,/]+),([^,/]+),([^,/]+)\/\d+$/;

const subnetOf = (first: IpAddress, last: IpAddress): Cidr | undefined => {
  const of = family(first);
  const start = toNumber(first) - 2n;
  const places = toNumber(last) + 2n - start;
  if (family(last) !== of || start < 0n || places < 4n) return undefined;
  const hostBits = places.toString(2).length - 1;
  const subnet = parseCidr(`${fromNumber(of, start)}/${addressBits(of) - hostBits}`);
  return E.isRight(subnet) && size(subnet.right) === places ? subnet.right : undefined;
};

const readKey = (key: string): E.Either<Violation, Cidr> => {
  const [, first = '', last = ''] = keyShape.exec(key) ?? [];
  const from = parseAddress(first);
  const to = parseAddress(last);
  const subnet = E.isRight(from) && E.isRight(to) ? subnetOf(from.right, to.right) : undefined;
  return subnet === undefined
    ? E.left(
        violation(
          'key',
          key,
          'is no range of a node',
          "name the original's etcd; leave out what is not its own",
        ),
      )
    : E.right(subnet);
};

/** The node subnets that the original gave out, and the keys under its prefix that are none. */
export const subnetsOfOriginal = (
  keys: ReadonlyArray<string>,
): { readonly subnets: ReadonlyArray<Cidr>; readonly violations: ReadonlyArray<Violation> } => {
  const read = keys.filter((key) => !key.startsWith(lockPrefix)).map(readKey);
  return {
    subnets: read.flatMap((subnet) => (E.isRight(subnet) ? [subnet.right] : [])),
    violations: read.flatMap((subnet) => (E.isLeft(subnet) ? [subnet.left] : [])),
  };
};

export type OwnRange = {
  /** The one of the first address that lies in any; `undefined`: none does. */
  readonly subnet: Cidr | undefined;
  readonly violations: ReadonlyArray<Violation>;
};

/**
 * The one subnet that holds all of these addresses, and all that is wrong with that. The original names no owner: whose range it is, the
 * pods in it tell, or an address of it that the operator names and that comes first (the node's first one stands in
 * `ipam.rangeStart` of its configuration).
 */
export const ownSubnet = (subnets: ReadonlyArray<Cidr>, addresses: ReadonlyArray<IpAddress>): OwnRange => {
  const remedy =
    'name an address of the range of this node with --own (ipam.rangeStart of its configuration)';
  if (addresses.length === 0) {
    const untold = violation('range', undefined, 'is not told by any pod: none holds an address', remedy);
    return { subnet: undefined, violations: [untold] };
  }
  const rangeOf = (address: IpAddress) => subnets.find((candidate) => contains(candidate, address));
  const first = addresses.find((address) => rangeOf(address) !== undefined);
  const subnet = first && rangeOf(first);
  const isOwn = (address: IpAddress) => subnet !== undefined && contains(subnet, address);
  const strays = [...new Set(addresses)].flatMap((address) => {
    if (isOwn(address)) return [];
    return rangeOf(address) === undefined
      ? [violation('address', address, 'lies in no range that etcd knows', remedy)]
      : [
          violation(
            'address',
            address,
            `lies outside of ${subnet}, where ${first} is`,
            'let the pod end, or start it anew',
          ),
        ];
  });
  const overlapping = subnets.filter(
    (other) => subnet !== undefined && other !== subnet && overlaps(other, subnet),
  );
  const twice = overlapping.map((other) =>
    violation(
      'range',
      other,
      `overlaps ${subnet}, the range of this node: both may have given the same addresses`,
      'delete the key of the one that no node has any more',
    ),
  );
  return { subnet, violations: [...strays, ...twice] };
};
