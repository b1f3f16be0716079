import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import {
  type GatewayChange,
  type GatewaySeen,
  gatewayChanges,
  gatewayDifference,
  type OnLink,
} from '../../domain/kernel/gateway-changes.ts';
import type { GatewayInterface, KernelFailure } from '../../domain/port/kernel.ts';
import {
  addAddress,
  addressesOn,
  giveAddress,
  globalAddress,
  type InterfaceAddress,
  takeAddress,
} from './address.ts';
import { AF_INET, AF_INET6, type IpBytes, ipBytes, ipText } from './ip-bytes.ts';
import { findLink, type Link, setMtu, setUp } from './link.ts';
import type { Home } from './netns.ts';
import { connectedRoute, networkOf, routes } from './route.ts';
import { type KernelRefused, type Request, type Rtnetlink, refused } from './rtnetlink.ts';
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

const onLink = ({ ip, prefixLength }: InterfaceAddress): OnLink => ({
  address: `${ipText(ip)}/${prefixLength}`,
  subnet: `${ipText({ ...ip, bytes: networkOf(ip.bytes, prefixLength) })}/${prefixLength}`,
});

/** The networks that the main table reaches on the link; a default route is none. */
const networksOn = (
  rtnetlink: Rtnetlink,
  index: number,
  family: IpBytes['family'],
): E.Either<KernelRefused, ReadonlyArray<string>> =>
  pipe(
    routes(rtnetlink, family),
    E.map((found) =>
      found.flatMap(({ index: of, destination, prefixLength }) =>
        of === index && destination !== undefined
          ? [`${ipText({ family, bytes: destination })}/${prefixLength}`]
          : [],
      ),
    ),
  );

/** What is there of the interface, but for its routes. */
const look = (rtnetlink: Rtnetlink, link: Link): E.Either<KernelRefused, Omit<GatewaySeen, 'routes'>> =>
  pipe(
    addressesOn(rtnetlink, link.index, link.name),
    E.map((held) => ({
      up: link.up,
      mtu: link.mtu,
      addresses: held.map((one) => ({ ...onLink(one), ours: one.ours })),
    })),
  );

const listRoutes = (rtnetlink: Rtnetlink, { index }: Link): E.Either<KernelRefused, ReadonlyArray<string>> =>
  pipe(
    E.traverseArray((family: IpBytes['family']) => networksOn(rtnetlink, index, family))([AF_INET, AF_INET6]),
    E.map((networks) => networks.flat()),
  );

/** A host may have a million routes: to add one that is there already is the cheaper question. */
const takeNoneForThere = (): E.Either<KernelRefused, ReadonlyArray<string>> => E.right([]);

/** What the interface lacks, and where it is; left when it is not there, or an address cannot be read. */
const compare = (
  { rtnetlink }: Home,
  { name, mtu, addresses }: GatewayInterface,
  routesOf: typeof listRoutes,
): E.Either<KernelFailure, { readonly index: number; readonly changes: ReadonlyArray<GatewayChange> }> =>
  pipe(
    E.Do,
    E.bind('wanted', () => E.traverseArray(withPrefix)(addresses)),
    E.bindW('link', (): E.Either<KernelFailure, Link> => {
      const found = findLink(rtnetlink, name);
      if (E.isLeft(found)) return found;
      return found.right === undefined ? E.left({ type: 'link-missing', name }) : E.right(found.right);
    }),
    E.bindW('seen', ({ link }) => look(rtnetlink, link)),
    E.bindW('routes', ({ link }) => routesOf(rtnetlink, link)),
    E.map(({ wanted, link, seen, routes }) => ({
      index: link.index,
      changes: gatewayChanges({ mtu, addresses: wanted.map(onLink) }, { ...seen, routes }),
    })),
  );

/**
 * Without duplicate address detection on the link-local address: the kernel solicits no neighbour before it has one (RFC 4861
 * §4.3), so for the first two seconds the host would forward nothing to its pods. A kernel without IPv6 has no such setting.
 */
const skipDetection = (name: string): E.Either<KernelRefused, void> => {
  const skipped = writeSettings([{ path: `ipv6/conf/${name}/accept_dad`, value: '0' }]);
  return E.isLeft(skipped) && skipped.left.errno !== 'ENOENT' ? skipped : E.right(undefined);
};

const requestOf = (index: number, name: string, change: GatewayChange): E.Either<KernelRefused, Request> => {
  const about = (make: (index: number, name: string, address: InterfaceAddress) => Request, text: string) =>
    pipe(
      withPrefix(text),
      E.map((address) => make(index, name, address)),
    );
  switch (change.type) {
    case 'take':
      return about(takeAddress, change.address);
    case 'raise':
      return E.right(setUp(index, name));
    case 'set-mtu':
      return E.right(setMtu(index, name, change.mtu));
    case 'give':
      return about(addAddress, change.address);
    case 'claim':
      return about(giveAddress, change.address);
    case 'connect':
      return about(connectedRoute, change.address);
  }
};

/** What the kernel answers where a change is made already: by one before it, or by somebody else in between. */
const madeAlready: Readonly<Partial<Record<GatewayChange['type'], string>>> = {
  take: 'EADDRNOTAVAIL',
  give: 'EEXIST',
  connect: 'EEXIST',
};

/** Makes the changes in their order; gives those that the kernel made for us: what was so already by then is nobody's loss. */
const apply = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
  changes: ReadonlyArray<GatewayChange>,
): E.Either<KernelRefused, ReadonlyArray<GatewayChange>> =>
  pipe(
    changes,
    E.traverseArray((change) => requestOf(index, name, change)),
    E.flatMap((requests) => {
      const answers = rtnetlink.exchange(requests);
      const refusal = answers.find(
        (one, at) => one !== undefined && one.errno !== madeAlready[changes[at]?.type ?? 'raise'],
      );
      return refusal === undefined
        ? E.right(changes.filter((_, at) => answers[at] === undefined))
        : E.left(refusal);
    }),
  );

const inWords = (name: string, changes: ReadonlyArray<GatewayChange>): ReadonlyArray<string> =>
  changes.flatMap((change) => gatewayDifference(name, change) ?? []);

/** What `ensureGateway` would change, a sentence each. */
export const inspectGateway = (
  home: Home,
  gateway: GatewayInterface,
): E.Either<KernelFailure, ReadonlyArray<string>> => {
  const compared = compare(home, gateway, listRoutes);
  if (E.isRight(compared)) return E.right(inWords(gateway.name, compared.right.changes));
  return compared.left.type === 'link-missing' ? E.right([`${gateway.name} is missing`]) : compared;
};

/**
 * The interface is up, has the MTU, of our addresses exactly these, and their routes; what others gave it is theirs. What goes while it
 * is looked at is heard of, and put back by the next call. Gives what was otherwise, as `inspectGateway` does.
 */
export const ensureGateway = (
  home: Home,
  gateway: GatewayInterface,
): E.Either<KernelFailure, ReadonlyArray<string>> =>
  pipe(
    compare(home, gateway, takeNoneForThere),
    E.chainFirstW(({ changes }) =>
      changes.some(({ type }) => type === 'raise') ? skipDetection(gateway.name) : E.right(undefined),
    ),
    E.flatMap(({ index, changes }) => apply(home.rtnetlink, index, gateway.name, changes)),
    E.map((made) => inWords(gateway.name, made)),
  );
