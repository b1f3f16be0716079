import { attachmentKey } from '../../domain/host/attachment.ts';
import { wasAdopted } from '../../domain/host/choice.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { addressesOf, type HostState } from '../../domain/host/state.ts';
import { contains } from '../../domain/ip/cidr.ts';
import { poolNetwork } from '../pool.ts';
import type { Breaks } from './broken.ts';
import type { IsOver } from './leasing.ts';
import { judgeLent } from './lent-events.ts';
import { judgeAllocated, judgeReleased, type PoolWitness } from './pool-events.ts';

/** What the promises need to know of the world at the moment an event reaches the log. */
export type Witness = {
  readonly step: number;
  readonly hasLink: (name: string) => boolean;
  /** Every address that a pod's interface holds, by the host-side link. */
  readonly liveAddresses: () => ReadonlyMap<string, string>;
  /** Whether the runtime was told that this pod is there and has asked for nothing since. */
  readonly isLive: (containerId: string) => boolean;
  /** For how many milliseconds the namespace of this number has been gone; `undefined` while it is there. */
  readonly endedFor: (inode: number) => number | undefined;
  readonly isOver: IsOver;
  /** What the delegate gave to this container, by its own records. */
  readonly lent: (containerId: string) => ReadonlyArray<string> | undefined;
  readonly pool: PoolWitness;
};

/** What is gone at two sweeps was gone between them. */
const twoSweepsApart = 60_000;

/** Whether a host event may follow on this state, as the world is now. */
export const judge = (breaks: Breaks, state: Readonly<HostState>, event: HostEvent, now: Witness): void => {
  switch (event.type) {
    case 'PodAdded': {
      const key = attachmentKey(event);
      const { lease, attachments } = state;
      const held = new Set([...attachments.values()].flatMap(addressesOf));
      const live = now.liveAddresses();
      judgeLent(breaks, event, now.lent(event.containerId));
      for (const address of addressesOf(event)) {
        if (held.has(address)) breaks('no address is held by two live attachments', `${address} for ${key}`);
        const own = wasAdopted(event) ? event.hostIfname : undefined;
        if (live.has(address) && live.get(address) !== own)
          breaks(
            'an address is free only when nothing answers for it',
            `${address} is live on ${live.get(address)}`,
          );
        if (lease?.subnets.some((subnet) => contains(subnet, address)) !== true)
          breaks('an address lies inside a lease that the node has observed', `${address} for ${key}`);
      }
      return;
    }
    case 'PodDeleted': {
      const key = attachmentKey(event);
      const attachment = state.attachments.get(key);
      if (attachment === undefined)
        breaks('the live state is that of the log', `${key} is deleted and not there`);
      else if (now.hasLink(attachment.hostIfname))
        breaks('an address is free only when nothing answers for it', `${key} is deleted, its link is there`);
      if (event.reason === 'leaked') {
        const gone = attachment && now.endedFor(attachment.netns.inode);
        if (gone === undefined || gone < twoSweepsApart)
          breaks('nothing that is held is released unasked', `${key} is no leak: ended for ${gone} ms`);
      } else if (event.reason !== 'rebooted' && now.isLive(event.containerId))
        breaks('nothing that is held is released unasked', `${key} (${event.reason})`);
      return;
    }
    case 'AddressesAllocated':
      if (event.network === poolNetwork) judgeAllocated(breaks, state, event, now.pool);
      return;
    case 'AddressesReleased':
      if (event.network === poolNetwork) judgeReleased(breaks, state, event, now.pool);
      return;
    default:
      return;
  }
};
