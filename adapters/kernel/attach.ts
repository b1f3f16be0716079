import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { giveAddress, globalAddress } from './address.ts';
import { AF_INET6, type IpBytes, ipBytes } from './ip-bytes.ts';
import { deleteLink, findLink, type Link, LOOPBACK, setAlias, setUp } from './link.ts';
import { type Home, type Netns, visit, withNetns, withRtnetlink } from './netns.ts';
import { turnOffChecksumOffload } from './offload.ts';
import { markedAlias } from './own-link.ts';
import { defaultRoute, routeToGateway } from './route.ts';
import { type KernelRefused, type Rtnetlink, refused } from './rtnetlink.ts';
import { type Setting, writeSettings } from './setting.ts';
import { createVeth } from './veth.ts';

type Ips = { readonly addresses: ReadonlyArray<IpBytes>; readonly gateways: ReadonlyArray<IpBytes> };

const ipsOf = (wiring: PodWiring): E.Either<KernelRefused, Ips> =>
  pipe(
    E.Do,
    E.bind('addresses', () => E.traverseArray(ipBytes)(wiring.addresses)),
    E.bind('gateways', () => E.traverseArray(ipBytes)(wiring.gateways)),
  );

/** The link that a failed attachment made must not stay; the failure that is reported is the first one. */
const undo = ({ rtnetlink }: Home, name: string): void => {
  const link = findLink(rtnetlink, name);
  if (E.isRight(link) && link.right !== undefined) rtnetlink.change([deleteLink(link.right.index, name)]);
};

/**
 * Makes the pair and puts the owner mark on it in one send, so that this process's death leaves no link that nobody owns.
 * The mark goes by name: the name is looked up first, lest somebody else's link of that name be marked as ours.
 */
const makePair = (home: Home, wiring: PodWiring, netns: Netns): E.Either<KernelFailure, Link> => {
  const { hostIfname, hostMac, ifname, podMac, mtu } = wiring;
  const create = createVeth(
    { name: hostIfname, mac: hostMac, mtu },
    { name: ifname, mac: podMac, mtu },
    netns.fd,
  );
  const before = findLink(home.rtnetlink, hostIfname);
  if (E.isLeft(before)) return before;
  if (before.right !== undefined) return E.left(refused(create.operation, 'EEXIST'));

  const made = home.rtnetlink.change([create, setAlias(hostIfname, markedAlias(wiring.alias))]);
  if (E.isLeft(made) && made.left.errno === 'EEXIST')
    return E.left({ type: 'ifname-taken', ifname, path: netns.path });

  const link = E.isLeft(made) ? made : findLink(home.rtnetlink, hostIfname);
  if (E.isRight(link) && link.right !== undefined) return E.right(link.right);
  undo(home, hostIfname);
  return E.left(E.isLeft(link) ? link.left : { type: 'link-missing', name: hostIfname });
};

/**
 * A switch port has no addresses of its own. Without IPv6 it sends no router solicitations and joins no groups. Beneath a
 * userspace datapath the host's stack sees a pod's frames on it too, and would answer a pod that asks for the gateway with
 * this end's MAC (ip-sysctl, arp_ignore): the pod's packets would then pass the switch by.
 */
const raiseHostEnd = ({ rtnetlink }: Home, { index, name }: Link): E.Either<KernelRefused, void> =>
  pipe(
    writeSettings([{ path: `ipv4/conf/${name}/arp_ignore`, value: '8' }]),
    E.chain(() => {
      const quiet = writeSettings([{ path: `ipv6/conf/${name}/disable_ipv6`, value: '1' }]);
      // A kernel without IPv6 has no such setting.
      return E.isLeft(quiet) && quiet.left.errno !== 'ENOENT' ? quiet : E.right(undefined);
    }),
    E.chain(() => rtnetlink.change([setUp(index, name)])),
  );

/**
 * IPv6 on, also where the namespace's default has it off (an IPv6 address lives on loopback too); no address or route by
 * advertisement beside ours; no waiting for duplicate address detection on the link-local address.
 */
const ipv6Settings = (ifname: string): ReadonlyArray<Setting> => [
  { path: 'ipv6/conf/lo/disable_ipv6', value: '0' },
  { path: `ipv6/conf/${ifname}/disable_ipv6`, value: '0' },
  { path: `ipv6/conf/${ifname}/accept_ra`, value: '0' },
  { path: `ipv6/conf/${ifname}/accept_dad`, value: '0' },
];

const fillPod = (
  rtnetlink: Rtnetlink,
  index: number,
  { ifname, mtu, checksumOffload }: PodWiring,
  { addresses, gateways }: Ips,
): E.Either<KernelRefused, void> =>
  pipe(
    checksumOffload ? E.right(undefined) : turnOffChecksumOffload(rtnetlink.fd, ifname),
    E.chain(() =>
      rtnetlink.change([
        setUp(LOOPBACK, 'lo'),
        setUp(index, ifname),
        ...addresses.map((ip) => giveAddress(index, ifname, globalAddress(ip, ip.bytes.length * 8))),
        ...gateways.map((gateway) => routeToGateway(index, ifname, gateway)),
        ...gateways.map((gateway) => defaultRoute(index, ifname, gateway, mtu)),
      ]),
    ),
  );

const finishPair = (home: Home, wiring: PodWiring, netns: Netns, link: Link, ips: Ips) => {
  const peerIndex = link.peerIndex;
  if (peerIndex === undefined) return E.left<KernelFailure>({ type: 'link-missing', name: wiring.ifname });
  const hasIpv6 = ips.addresses.some(({ family }) => family === AF_INET6);
  const settings = hasIpv6 ? ipv6Settings(wiring.ifname) : [];
  return pipe(
    raiseHostEnd(home, link),
    E.chain(() => visit(home.netns, netns, () => writeSettings(settings))),
    E.chain(() => withRtnetlink(home, netns, (rtnetlink) => fillPod(rtnetlink, peerIndex, wiring, ips))),
  );
};

/** The veth pair, both ends up, with all that lies in the pod's namespace; nothing when any part is refused. */
export const attachPod = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) => {
    const ips = ipsOf(wiring);
    if (E.isLeft(ips)) return ips;
    const link = makePair(home, wiring, netns);
    if (E.isLeft(link)) return link;
    const finished = finishPair(home, wiring, netns, link.right, ips.right);
    if (E.isLeft(finished)) undo(home, wiring.hostIfname);
    return finished;
  });
