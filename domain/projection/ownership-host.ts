import { attachmentKey, poolKey } from '../host/attachment.ts';
import type { HostEvent, PodAdded } from '../host/events.ts';
import type { Allocated } from '../host/ipam/state.ts';
import { type HostStream, lifeOf, sameNode } from '../stream.ts';
import { begin, finish, type Ownership } from './ownership.ts';
import { type AllocationSpan, type Mark, momentOf } from './ownership-span.ts';
import type { PodOf } from './pod-words.ts';

/** Who holds which address, whoever wires it. */
type Holding = PodOf &
  Pick<AllocationSpan, 'network' | 'containerId' | 'ifname' | 'addresses' | 'mac' | 'netns'>;

const allocation = (
  { isRedacted }: Ownership,
  { node, incarnation }: HostStream,
  stream: string,
  from: Mark,
  { network, containerId, ifname, pod, addresses, mac, netns }: Holding,
): AllocationSpan => ({
  kind: 'allocation',
  stream,
  node,
  incarnation,
  from,
  earliest: momentOf(from),
  network,
  containerId,
  ifname,
  ...(pod === undefined ? {} : { pod }),
  ...(pod === undefined && isRedacted(from.event) ? { podRedacted: true } : {}),
  addresses,
  mac,
  netns,
});

const ofPod = ({ netns, ...added }: Omit<PodAdded, 'type'>): Holding => ({ ...added, netns: netns.path });

const ofPool = (allocated: Allocated): Holding => ({
  ...allocated,
  mac: '',
  netns: allocated.netns?.path ?? '',
});

/** What a life held that another one replaces: what of it still runs, that one adopts and says so itself. */
const endLife = (ownership: Ownership, stream: string, mark: Mark): void => {
  const life = lifeOf(stream);
  for (const [key] of [...ownership.allocations.ofStream(life)])
    finish(ownership, ownership.allocations, life, key, mark, (span) => ({ ...span, reason: 'life-ended' }));
};

/** Records what one host stream's event says of who holds which address. */
export const recordHostEvent = (
  ownership: Ownership,
  stream: string,
  host: HostStream,
  mark: Mark,
  event: HostEvent,
): void => {
  const { allocations } = ownership;
  switch (event.type) {
    case 'PodAdded':
      begin(
        ownership,
        allocations,
        attachmentKey(event),
        allocation(ownership, host, stream, mark, ofPod(event)),
      );
      return;
    case 'IncarnationContinued':
      if (sameNode(stream, event.stream)) endLife(ownership, event.stream, mark);
      return;
    case 'AddressesAllocated':
      begin(ownership, allocations, poolKey(event), {
        ...allocation(ownership, host, stream, mark, ofPool(event)),
        wired: mark,
      });
      return;
    case 'EraOpened':
      // What began in an era that is not here anymore is known from here on.
      for (const [index, held] of event.held.entries()) {
        const key = attachmentKey(held);
        if (allocations.get(stream, key) !== undefined) continue;
        const span = allocation(ownership, host, stream, mark, ofPod(held));
        begin(ownership, allocations, key, {
          ...span,
          carried: index + 1,
          ...(held.status === 'attached' ? { wired: mark } : {}),
        });
      }
      for (const [index, held] of (event.allocated ?? []).entries()) {
        if (allocations.get(stream, poolKey(held)) !== undefined) continue;
        begin(ownership, allocations, poolKey(held), {
          ...allocation(ownership, host, stream, mark, ofPool(held)),
          carried: event.held.length + index + 1,
          wired: mark,
        });
      }
      return;
    case 'PodWired': {
      const key = attachmentKey(event);
      const span = allocations.get(stream, key);
      if (span !== undefined) allocations.set(stream, key, { ...span, wired: mark });
      return;
    }
    case 'PodDeleted':
      finish(ownership, allocations, stream, attachmentKey(event), mark, (span) => ({
        ...span,
        reason: event.reason,
      }));
      return;
    case 'AddressesReleased':
      finish(ownership, allocations, stream, poolKey(event), mark, (span) => ({
        ...span,
        reason: event.reason,
      }));
      return;
    default:
      return;
  }
};
