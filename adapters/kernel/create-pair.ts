import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { deleteLink, findLink, setAlias, setUpByName } from './link.ts';
import { type Home, type Netns, withNetns } from './netns.ts';
import { markedAlias } from './own-link.ts';
import { type KernelRefused, refused } from './rtnetlink.ts';
import { writeSettings } from './setting.ts';
import { createVeth } from './veth.ts';

/**
 * A switch port has no addresses of its own. Without IPv6 it sends no router solicitations and joins no groups. Beneath a
 * userspace datapath the host's stack sees a pod's frames on it too, and would answer a pod that asks for the gateway with
 * this end's MAC (ip-sysctl, arp_ignore): the pod's packets would then pass the switch by.
 *
 * Up before the switch has it: ovs-vswitchd makes it promiscuous by reading its flags and writing them back (SIOCSIFFLAGS),
 * and would take it down again if it came up in between.
 */
const raiseHostEnd = ({ rtnetlink }: Home, name: string): E.Either<KernelRefused, void> =>
  pipe(
    writeSettings([{ path: `ipv4/conf/${name}/arp_ignore`, value: '8' }]),
    E.chain(() => {
      const quiet = writeSettings([{ path: `ipv6/conf/${name}/disable_ipv6`, value: '1' }]);
      // A kernel without IPv6 has no such setting.
      return E.isLeft(quiet) && quiet.left.errno !== 'ENOENT' ? quiet : E.right(undefined);
    }),
    E.chain(() => rtnetlink.change([setUpByName(name)])),
  );

const remove = ({ rtnetlink }: Home, name: string): void => {
  const link = findLink(rtnetlink, name);
  if (E.isRight(link) && link.right !== undefined) rtnetlink.change([deleteLink(link.right.index, name)]);
};

/**
 * Makes the pair and puts the owner mark on it in one send, so that this process's death leaves no link that nobody owns.
 * The mark goes by name: the name is looked up first, lest somebody else's link of that name be marked as ours.
 */
const makePair = (home: Home, wiring: PodWiring, netns: Netns): E.Either<KernelFailure, void> => {
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
  const raised = E.isLeft(made) ? made : raiseHostEnd(home, hostIfname);
  // What is there of that name now, half-made, is ours: it was not there before.
  if (E.isLeft(raised)) remove(home, hostIfname);
  return raised;
};

/** The veth pair, marked as ours, its host end up. */
export const createPair = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) => makePair(home, wiring, netns));
