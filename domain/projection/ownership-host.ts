import { attachmentKey } from '../host/attachment.ts';
import type { HostEvent, PodAdded } from '../host/events.ts';
import type { HostStream } from '../stream.ts';
import { begin, finish, type Ownership } from './ownership.ts';
import { type AllocationSpan, type Mark, momentOf } from './ownership-span.ts';

const allocation = (
  { isRedacted }: Ownership,
  { node, incarnation }: HostStream,
  stream: string,
  from: Mark,
  { network, containerId, ifname, pod, addresses, mac, netns }: Omit<PodAdded, 'type'>,
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
  netns: netns.path,
});

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
      begin(ownership, allocations, attachmentKey(event), allocation(ownership, host, stream, mark, event));
      return;
    case 'EraOpened':
      // What began in an era that is not here anymore is known from here on.
      for (const [index, held] of event.held.entries()) {
        const key = attachmentKey(held);
        if (allocations.get(stream, key) !== undefined) continue;
        const span = allocation(ownership, host, stream, mark, held);
        begin(ownership, allocations, key, {
          ...span,
          carried: index + 1,
          ...(held.status === 'attached' ? { wired: mark } : {}),
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
    default:
      return;
  }
};
