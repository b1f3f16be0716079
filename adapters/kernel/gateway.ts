import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { GatewayInterface, KernelFailure } from '../../domain/port/kernel.ts';
import {
  addAddress,
  addressesOn,
  giveAddress,
  globalAddress,
  type InterfaceAddress,
  sameAddress,
  takeAddress,
} from './address.ts';
import { AF_INET, AF_INET6, type IpBytes, ipBytes } from './ip-bytes.ts';
import { findLink, setMtu, setUp } from './link.ts';
import type { Home } from './netns.ts';
import { connectedRoute, isConnectedRoute, routes } from './route.ts';
import { type KernelRefused, type Rtnetlink, refused } from './rtnetlink.ts';
import { writeSettings } from './setting.ts';

/** `10.244.0.1/24` */
const withPrefix = (text: string): E.Either<KernelRefused, InterfaceAddress> => {
  const [address = '', prefix = ''] = text.split('/');
  return /^\d{1,3}$/.test(prefix)
    ? pipe(
        ipBytes(address),
        E.map((ip) => globalAddress(ip, Number(prefix))),
      )
    : E.left(refused(`read the address ${text}`, 'EINVAL'));
};

const take = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
  addresses: ReadonlyArray<InterfaceAddress>,
): E.Either<KernelRefused, void> => {
  const refusals = rtnetlink.exchange(addresses.map((one) => takeAddress(index, name, one)));
  const refusal = refusals.find((one) => one !== undefined && one.errno !== 'EADDRNOTAVAIL');
  return refusal === undefined ? E.right(undefined) : E.left(refusal);
};

/**
 * The interface holds the addresses as ours, also those that somebody else gave it. Gives for each whether it was missing: by the
 * kernel's own answer, since one that is taken away after `held` was listed is given back too, and counts.
 */
const give = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
  addresses: ReadonlyArray<InterfaceAddress>,
  held: ReadonlyArray<InterfaceAddress>,
): E.Either<KernelRefused, ReadonlyArray<boolean>> => {
  const added = rtnetlink.exchange(addresses.map((one) => addAddress(index, name, one)));
  const refusal = added.find((one) => one !== undefined && one.errno !== 'EEXIST');
  if (refusal !== undefined) return E.left(refusal);
  const anothers = addresses.filter((one) => held.some((other) => !other.ours && sameAddress(one, other)));
  return pipe(
    rtnetlink.change(anothers.map((one) => giveAddress(index, name, one))),
    E.map(() => added.map((one) => one === undefined)),
  );
};

/** An address alone has no subnet, and no route to one. */
const hasSubnet = ({ ip, prefixLength }: InterfaceAddress): boolean => prefixLength < ip.bytes.length * 8;

/** The subnets are reached on the interface, also where somebody took their route away; another's route to one stays. Gives for each whether a route was missing. */
const connect = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
  addresses: ReadonlyArray<InterfaceAddress>,
): E.Either<KernelRefused, ReadonlyArray<boolean>> => {
  const subnets = addresses.filter(hasSubnet);
  const refusals = rtnetlink.exchange(subnets.map((one) => connectedRoute(index, name, one)));
  const refusal = refusals.find((one) => one !== undefined && one.errno !== 'EEXIST');
  if (refusal !== undefined) return E.left(refusal);
  return E.right(addresses.map((one) => hasSubnet(one) && refusals[subnets.indexOf(one)] === undefined));
};

/**
 * Without duplicate address detection on the link-local address: the kernel solicits no neighbour before it has one (RFC 4861
 * §4.3), so for the first two seconds the host would forward nothing to its pods. A kernel without IPv6 has no such setting.
 */
const skipDetection = (name: string): E.Either<KernelRefused, void> => {
  const skipped = writeSettings([{ path: `ipv6/conf/${name}/accept_dad`, value: '0' }]);
  return E.isLeft(skipped) && skipped.left.errno !== 'ENOENT' ? skipped : E.right(undefined);
};

/** What is otherwise about the interface itself, a sentence each. */
const interfaceDifferences = (
  { name, mtu, addresses }: GatewayInterface,
  link: { readonly up: boolean; readonly mtu: number },
  wanted: ReadonlyArray<InterfaceAddress>,
  held: ReadonlyArray<InterfaceAddress>,
  missing: ReadonlyArray<boolean>,
): ReadonlyArray<string> => [
  ...(link.up ? [] : [`${name} is down`]),
  ...(link.mtu === mtu ? [] : [`${name} has MTU ${link.mtu} instead of ${mtu}`]),
  ...addresses.filter((_, at) => missing[at]).map((one) => `${name} has lost ${one}`),
  ...(held.some((one) => one.ours && !wanted.some((other) => sameAddress(one, other)))
    ? [`${name} has an address of an earlier lease`]
    : []),
];

const withoutRoute = (address: string): string => `the route to the subnet of ${address} is missing`;

/** What `ensureGateway` would change, a sentence each. */
export const inspectGateway = (
  { rtnetlink }: Home,
  gateway: GatewayInterface,
): E.Either<KernelFailure, ReadonlyArray<string>> => {
  const { name, addresses } = gateway;
  const found = findLink(rtnetlink, name);
  if (E.isLeft(found)) return found;
  const link = found.right;
  if (link === undefined) return E.right([`${name} is missing`]);
  return pipe(
    E.Do,
    E.bind('wanted', () => E.traverseArray(withPrefix)(addresses)),
    E.bind('held', () => addressesOn(rtnetlink, link.index, name)),
    E.bind('routes', () =>
      E.traverseArray((family: IpBytes['family']) => routes(rtnetlink, family))([AF_INET, AF_INET6]),
    ),
    E.map(({ wanted, held, routes }) => [
      ...interfaceDifferences(
        gateway,
        link,
        wanted,
        held,
        wanted.map((one) => !held.some((other) => sameAddress(one, other))),
      ),
      ...addresses
        .filter((_, at) => {
          const one = wanted[at];
          if (one === undefined || !hasSubnet(one)) return false;
          return !routes.flat().some((route) => isConnectedRoute(route, link.index, one));
        })
        .map(withoutRoute),
    ]),
  );
};

/**
 * The interface is up, has the MTU, of our addresses exactly these, and their routes; what others gave it is theirs. Addresses go before
 * others come: removing an IPv4 address takes those that the kernel holds as its secondaries along. Gives what was otherwise, as
 * `inspectGateway` does.
 */
export const ensureGateway = (
  { rtnetlink }: Home,
  gateway: GatewayInterface,
): E.Either<KernelFailure, ReadonlyArray<string>> => {
  const { name, mtu } = gateway;
  const found = findLink(rtnetlink, name);
  if (E.isLeft(found)) return found;
  const link = found.right;
  if (link === undefined) return E.left({ type: 'link-missing', name });
  const { index } = link;
  return pipe(
    E.Do,
    E.bind('wanted', () => E.traverseArray(withPrefix)(gateway.addresses)),
    E.bind('held', () => addressesOn(rtnetlink, index, name)),
    E.bind('others', ({ wanted, held }) =>
      E.right(held.filter((one) => one.ours && !wanted.some((other) => sameAddress(one, other)))),
    ),
    E.chainFirst(({ others }) => take(rtnetlink, index, name, others)),
    E.chainFirst(() => (link.up ? E.right(undefined) : skipDetection(name))),
    E.chainFirst(() =>
      rtnetlink.change([
        ...(link.mtu === mtu ? [] : [setMtu(index, name, mtu)]),
        ...(link.up ? [] : [setUp(index, name)]),
      ]),
    ),
    E.bind('missing', ({ wanted, held }) => give(rtnetlink, index, name, wanted, held)),
    E.bind('connected', ({ wanted }) => connect(rtnetlink, index, name, wanted)),
    E.map(({ wanted, held, missing, connected }) => [
      ...interfaceDifferences(gateway, link, wanted, held, missing),
      ...gateway.addresses.filter((_, at) => connected[at]).map(withoutRoute),
    ]),
  );
};
