import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { Metadata } from '../../domain/envelope.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import { parseHostStream } from '../../domain/stream.ts';
import type { Breaks } from './broken.ts';

/** Whether the allocator refused this request, and went on. */
export type IsOver = (request: RecordedEvent) => boolean;

const requests: ReadonlySet<HostEvent['type']> = new Set([
  'JoinRequested',
  'LeaseSurrendered',
  'SubnetRequested',
  'LeasePresented',
]);

/** Whether it is the node's own word that nothing uses its lease any more. */
const surrenders = (request: RecordedEvent | undefined, node: string): boolean =>
  request?.type === 'LeaseSurrendered' && parseHostStream(request.stream)?.node === node;

/** Checks the cluster's stream by the requests that it answers and the log's own stamps of these. */
export const makeLeasing = (breaks: Breaks, ids: Ids) => {
  /** The request that a command follows from. */
  const asked = new Map<string, RecordedEvent>();
  const held = new Map<string, string>();
  /** When the last holder's surrender was recorded. */
  const surrendered = new Map<string, string>();
  let quarantineSeconds = 0;

  const broken = (what: string): void =>
    breaks('no subnet is held twice, and none again within its quarantine', what);

  return {
    request: (recorded: RecordedEvent, event: HostEvent): void => {
      if (!requests.has(event.type)) return;
      for (const command of ['join', 'lease', 'lease-more', 'present', 'release', 'leave'])
        asked.set(ids.derive(recorded.id, command), recorded);
    },
    decision: (
      { recordedAt }: RecordedEvent,
      event: ClusterEvent,
      { $causationId }: Metadata,
      isOver: IsOver,
    ): void => {
      const request = asked.get($causationId);
      const at = request?.recordedAt ?? recordedAt;
      if (request !== undefined && isOver(request))
        breaks(
          'the same command twice is the same command once',
          `${request.type} ${request.id}, which was refused, is granted`,
        );
      switch (event.type) {
        case 'ClusterConfigured':
          quarantineSeconds = event.quarantineSeconds;
          return;
        case 'SubnetLeased': {
          const { node, subnet, asOf } = event;
          const since = surrendered.get(subnet);
          if (held.has(subnet)) broken(`${subnet} is leased to ${node} while ${held.get(subnet)} holds it`);
          if (asOf !== at) broken(`${subnet} is leased as of ${asOf}; its request is stamped ${at}`);
          if (since !== undefined && Date.parse(at) - Date.parse(since) < quarantineSeconds * 1000)
            broken(`${subnet}, surrendered at ${since}, is leased again at ${at}`);
          held.set(subnet, node);
          return;
        }
        case 'SubnetReleased':
          if (event.by === 'holder' && !surrenders(request, event.node))
            breaks(
              'a lease is released when nothing uses it any more',
              `${event.subnet} of ${event.node} is released for ${request?.type ?? 'no request'} of ${request?.stream}`,
            );
          if (!held.delete(event.subnet)) broken(`${event.subnet} is released and nobody holds it`);
          surrendered.set(event.subnet, at);
          return;
        default:
          return;
      }
    },
  };
};
