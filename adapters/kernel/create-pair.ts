import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { indexOf } from './interface-request.ts';
import { deleteLink, findLink, markAndSetUp } from './link.ts';
import { type Home, type Netns, withNetns } from './netns.ts';
import { markedAlias } from './own-link.ts';
import { refused } from './rtnetlink.ts';
import { createVeth } from './veth.ts';

const remove = ({ rtnetlink }: Home, name: string): void => {
  const link = findLink(rtnetlink, name);
  if (E.isRight(link) && link.right !== undefined) rtnetlink.change([deleteLink(link.right.index, name)]);
};

/**
 * Makes the pair, puts the owner mark on it and brings the host's end up in one send, so that this process's death leaves no link
 * that nobody owns. All but the making goes by name: the name is looked up first, lest somebody else's link of that name be marked as
 * ours. Up before the switch has it: ovs-vswitchd makes it promiscuous by reading its flags and writing them back (SIOCSIFFLAGS),
 * and would take it down again if it came up in between.
 */
const makePair = (home: Home, wiring: PodWiring, netns: Netns): E.Either<KernelFailure, void> => {
  const { hostIfname, hostMac, ifname, podMac, mtu } = wiring;
  const create = createVeth(
    { name: hostIfname, mac: hostMac, mtu },
    { name: ifname, mac: podMac, mtu },
    netns.fd,
  );
  // Whatever keeps it from being known, a link that may be somebody else's is not marked.
  const before = indexOf(home.rtnetlink.fd, hostIfname);
  if (E.isLeft(before)) return before;
  if (before.right !== undefined) return E.left(refused(create.operation, 'EEXIST'));

  const made = home.rtnetlink.change([create, markAndSetUp(hostIfname, markedAlias(wiring.alias))]);
  if (E.isLeft(made) && made.left.errno === 'EEXIST')
    return E.left({ type: 'ifname-taken', ifname, path: netns.path });
  // What is there of that name now, half-made, is ours: it was not there before.
  if (E.isLeft(made)) remove(home, hostIfname);
  return made;
};

/** The veth pair, marked as ours, its host end up. */
export const createPair = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) => makePair(home, wiring, netns));
