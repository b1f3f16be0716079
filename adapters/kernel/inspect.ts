import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { addressesOn, globalAddress, sameAddress } from './address.ts';
import { ipBytes } from './ip-bytes.ts';
import { findLink, type Link } from './link.ts';
import { type Home, withNetns, withRtnetlink } from './netns.ts';
import { checksumOffload } from './offload.ts';
import { isDefaultRoute, isRouteToGateway, routes } from './route.ts';
import type { Rtnetlink } from './rtnetlink.ts';

type Differences = ReadonlyArray<string>;

/** What differs, and the number that the pod's namespace has in the host's: by it the host hears of changes in there. */
export type Inspection = { readonly differences: Differences; readonly namespace: number | undefined };

const linkDifferences = (called: string, link: Link, mac: string, mtu: number): Differences => [
  ...(link.up ? [] : [`${called} is down`]),
  ...(link.mtu === mtu ? [] : [`${called} has MTU ${link.mtu} instead of ${mtu}`]),
  ...(link.mac === mac.toLowerCase() ? [] : [`${called} has MAC ${link.mac} instead of ${mac}`]),
];

const hostDifferences = (link: Link | undefined, { hostIfname, hostMac, mtu }: PodWiring): Differences =>
  link === undefined
    ? [`host link ${hostIfname} is missing`]
    : linkDifferences(`host link ${hostIfname}`, link, hostMac, mtu);

const offloadDifferences = (rtnetlink: Rtnetlink, { ifname, checksumOffload: wanted }: PodWiring) =>
  pipe(
    wanted ? E.right(false) : checksumOffload(rtnetlink.fd, ifname),
    E.map((on): Differences => (on ? [`${ifname} has its transmit checksum offload on`] : [])),
  );

const addressDifferences = (rtnetlink: Rtnetlink, { index }: Link, wiring: PodWiring) =>
  pipe(
    E.Do,
    E.bind('wanted', () => E.traverseArray(ipBytes)(wiring.addresses)),
    E.bind('held', () => addressesOn(rtnetlink, index, wiring.ifname)),
    E.map(
      ({ wanted, held }): Differences =>
        wiring.addresses
          .filter((_, at) => {
            const ip = wanted[at];
            const address = ip && globalAddress(ip, ip.bytes.length * 8);
            return address === undefined || !held.some((other) => sameAddress(address, other));
          })
          .map((address) => `${wiring.ifname} has lost ${address}`),
    ),
  );

const routeDifferences = (rtnetlink: Rtnetlink, { index }: Link, gateway: string) =>
  pipe(
    E.Do,
    E.bind('ip', () => ipBytes(gateway)),
    E.bind('held', ({ ip }) => routes(rtnetlink, ip.family)),
    E.map(
      ({ ip, held }): Differences => [
        ...(held.some((route) => isRouteToGateway(route, index, ip))
          ? []
          : [`route to ${gateway} is missing`]),
        ...(held.some((route) => isDefaultRoute(route, index, ip))
          ? []
          : [`default route through ${gateway} is missing`]),
      ],
    ),
  );

const podDifferences = (
  rtnetlink: Rtnetlink,
  wiring: PodWiring,
  hostLink: Link | undefined,
): E.Either<KernelFailure, Differences> => {
  const { ifname, netnsPath, hostIfname, podMac, mtu } = wiring;
  const found = findLink(rtnetlink, ifname);
  if (E.isLeft(found)) return found;
  const link = found.right;
  if (link === undefined) return E.right([`${ifname} is missing in ${netnsPath}`]);
  const paired = hostLink === undefined || hostLink.peerIndex === link.index;
  return pipe(
    E.sequenceArray([
      E.right(paired ? [] : [`${ifname} is not the other end of ${hostIfname}`]),
      E.right(linkDifferences(ifname, link, podMac, mtu)),
      offloadDifferences(rtnetlink, wiring),
      addressDifferences(rtnetlink, link, wiring),
      ...wiring.gateways.map((gateway) => routeDifferences(rtnetlink, link, gateway)),
    ]),
    E.map((differences) => differences.flat()),
  );
};

/** What differs from the wiring, a sentence each. What others added (chained plugins' addresses, routes) is fine. */
export const inspectPod = (home: Home, wiring: PodWiring): E.Either<KernelFailure, Inspection> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) => {
    // First: it gives the namespace its number, so that what changes while the rest is looked at is heard of.
    const hostLink = findLink(home.rtnetlink, wiring.hostIfname);
    if (E.isLeft(hostLink)) return hostLink;
    return pipe(
      withRtnetlink(home, netns, (rtnetlink) => podDifferences(rtnetlink, wiring, hostLink.right)),
      E.map((inPod) => ({
        differences: [...hostDifferences(hostLink.right, wiring), ...inPod],
        namespace: hostLink.right?.peerNamespace,
      })),
    );
  });
