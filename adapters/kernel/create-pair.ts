import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { deleteLink, findLink, setAlias } from './link.ts';
import { type Home, type Netns, withNetns } from './netns.ts';
import { markedAlias } from './own-link.ts';
import { refused } from './rtnetlink.ts';
import { createVeth } from './veth.ts';

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
  if (E.isLeft(made)) {
    // What is there of that name now, half-made, is ours: it was not there before.
    const half = findLink(home.rtnetlink, hostIfname);
    if (E.isRight(half) && half.right !== undefined)
      home.rtnetlink.change([deleteLink(half.right.index, hostIfname)]);
  }
  return made;
};

/** The veth pair, marked as ours, both ends still down. */
export const createPair = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) => makePair(home, wiring, netns));
