import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, PodWiring } from '../../domain/port/kernel.ts';
import { setMacByName } from './link.ts';
import { type Home, withNetns, withRtnetlink } from './netns.ts';
import type { KernelRefused } from './rtnetlink.ts';

/**
 * Has the kernel announce the pod's addresses by setting the MAC that the interface has already: an ARP announcement
 * (RFC 5227 §2.3) and an unsolicited neighbour advertisement with the override flag (RFC 4861 §7.2.6) for each: `finishPair`
 * asked for that. Frames of our own would need a packet socket, and the kernel takes some 14 ms to close one.
 */
export const announcePod = (home: Home, wiring: PodWiring): E.Either<KernelFailure, void> =>
  withNetns(home, wiring.netnsPath, wiring.netnsId, (netns) =>
    withRtnetlink(home, netns, (rtnetlink) =>
      E.mapLeft(
        (refusal: KernelRefused): KernelFailure =>
          refusal.errno === 'ENODEV' ? { type: 'link-missing', name: wiring.ifname } : refusal,
      )(rtnetlink.change([setMacByName(wiring.ifname, wiring.podMac)])),
    ),
  );
