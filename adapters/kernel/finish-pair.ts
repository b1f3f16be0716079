import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { giveAddress, globalAddress } from './address.ts';
import { AF_INET6, type IpBytes, ipBytes } from './ip-bytes.ts';
import { deleteLink, findLink, LOOPBACK, markAndSetUp, setMacByName, setUp } from './link.ts';
import { type Home, type Netns, withNetns, withRtnetlink } from './netns.ts';
import { turnOffChecksumOffload } from './offload.ts';
import { isOurs, markedAlias } from './own-link.ts';
import { defaultRoute, routeToGateway } from './route.ts';
import type { KernelRefused, Rtnetlink } from './rtnetlink.ts';
import { type Setting, writeSettings } from './setting.ts';

type Ips = { readonly addresses: ReadonlyArray<IpBytes>; readonly gateways: ReadonlyArray<IpBytes> };

const ipsOf = (wiring: PodWiring): E.Either<KernelRefused, Ips> =>
  pipe(
    E.Do,
    E.bind('addresses', () => E.traverseArray(ipBytes)(wiring.addresses)),
    E.bind('gateways', () => E.traverseArray(ipBytes)(wiring.gateways)),
  );

/**
 * IPv6 on, also where the namespace's default has it off (an IPv6 address lives on loopback too); no address or route by
 * advertisement beside ours; a link-local address that follows from the MAC (`linkLocalOf`), whatever the namespace's default,
 * and no waiting for duplicate address detection on it.
 */
const ipv6Settings = (ifname: string): ReadonlyArray<Setting> => [
  { path: 'ipv6/conf/lo/disable_ipv6', value: '0' },
  { path: `ipv6/conf/${ifname}/disable_ipv6`, value: '0' },
  { path: `ipv6/conf/${ifname}/addr_gen_mode`, value: '0' },
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

/**
 * The kernel then announces each address of the interface whenever its MAC is set or it comes up (ip-sysctl): see
 * `announcePod`.
 */
const notifySettings = (ifname: string, hasIpv6: boolean): ReadonlyArray<Setting> => [
  { path: `ipv4/conf/${ifname}/arp_notify`, value: '1' },
  ...(hasIpv6 ? [{ path: `ipv6/conf/${ifname}/ndisc_notify`, value: '1' }] : []),
];

/**
 * A switch port has no addresses of its own. Without IPv6 it sends no router solicitations and joins no groups. Beneath a
 * userspace datapath the host's stack sees a pod's frames on it too, and would answer a pod that asks for the gateway with
 * this end's MAC (ip-sysctl, arp_ignore): the pod's packets would then pass the switch by. In time while the pod's end is down:
 * until both are up, neither carries.
 */
const quietHostEnd = (name: string): E.Either<KernelRefused, void> =>
  pipe(
    writeSettings([{ path: `ipv4/conf/${name}/arp_ignore`, value: '8' }]),
    E.chain(() => {
      const quiet = writeSettings([{ path: `ipv6/conf/${name}/disable_ipv6`, value: '1' }]);
      // A kernel without IPv6 has no such setting.
      return E.isLeft(quiet) && quiet.left.errno !== 'ENOENT' ? quiet : E.right(undefined);
    }),
  );

/** A pair that was made as another one gets what its host's end is known by. */
const nameAnew = (
  { rtnetlink }: Home,
  { hostIfname, hostMac, alias }: PodWiring,
): E.Either<KernelRefused, void> =>
  rtnetlink.change([markAndSetUp(hostIfname, markedAlias(alias)), setMacByName(hostIfname, hostMac)]);

const bothEnds = (home: Home, wiring: PodWiring, netns: Netns, ips: Ips): E.Either<KernelFailure, void> => {
  const { hostIfname, ifname, alias, preparedAs } = wiring;
  const found = findLink(home.rtnetlink, hostIfname);
  if (E.isLeft(found)) return found;
  const link = found.right;
  if (link?.peerIndex === undefined) return E.left({ type: 'link-missing', name: hostIfname });
  const isPrepared = preparedAs !== undefined && link.alias === markedAlias(preparedAs);
  if (!isPrepared && link.alias !== markedAlias(alias))
    return E.left({ type: 'foreign-link', name: hostIfname });
  const peerIndex = link.peerIndex;
  const hasIpv6 = ips.addresses.some(({ family }) => family === AF_INET6);
  const settings = [...(hasIpv6 ? ipv6Settings(ifname) : []), ...notifySettings(ifname, hasIpv6)];
  return pipe(
    isPrepared ? nameAnew(home, wiring) : E.right(undefined),
    E.chain(() => quietHostEnd(hostIfname)),
    E.chain(() =>
      withRtnetlink(
        home,
        netns,
        (rtnetlink) => fillPod(rtnetlink, peerIndex, wiring, ips),
        () => writeSettings(settings),
      ),
    ),
  );
};

/** A pair that cannot be finished must not stay; the failure that is reported is the first one. */
const removePair = ({ rtnetlink }: Home, name: string): void => {
  const link = findLink(rtnetlink, name);
  if (E.isRight(link) && link.right !== undefined && isOurs(link.right))
    rtnetlink.change([deleteLink(link.right.index, name)]);
};

/** The host's end quiet, then the pod's end up, with all that lies in its namespace; no pair when any part is refused. */
export const finishPair = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> => {
  const finished = withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) =>
    pipe(
      ipsOf(wiring),
      E.chainW((ips) => bothEnds(home, wiring, netns, ips)),
    ),
  );
  if (E.isLeft(finished)) removePair(home, wiring.hostIfname);
  return finished;
};
