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

/** What an allocator may derive from a node's request, and from an operator's word. */
const ofNodes = ['join', 'lease', 'lease-more', 'present', 'release', 'leave', 'release-destroyed'];
const ofOperators = ['release-destroyed'];

/** Whether it is the node's own word that nothing uses its lease any more. */
const surrenders = (request: RecordedEvent | undefined, node: string): boolean =>
  request?.type === 'LeaseSurrendered' && parseHostStream(request.stream)?.node === node;

/** Checks the cluster's stream by the requests that it answers and the log's own stamps of these. */
export const makeLeasing = (breaks: Breaks, ids: Ids) => {
  /** The request that a command follows from. */
  const asked = new Map<string, RecordedEvent>();
  const held = new Map<string, string>();
  /** Of whose present life an operator said that it is destroyed. */
  const attested = new Set<string>();
  /** When the last holder's surrender, or the operator's word in its place, was recorded. */
  const surrendered = new Map<string, string>();
  /** Requests to join whose nodes say that their lives before are over. */
  const replacing = new Set<string>();
  let quarantineSeconds = 0;

  const broken = (what: string): void =>
    breaks('no subnet is held twice, and none again within its quarantine', what);

  const mayFollow = (recorded: RecordedEvent, commands: ReadonlyArray<string>): void => {
    for (const command of commands) asked.set(ids.derive(recorded.id, command), recorded);
  };

  return {
    request: (recorded: RecordedEvent, event: HostEvent): void => {
      if (requests.has(event.type)) mayFollow(recorded, ofNodes);
      if (event.type === 'JoinRequested' && event.replace) replacing.add(recorded.id);
    },
    decision: (
      recorded: RecordedEvent,
      event: ClusterEvent,
      { $causationId }: Metadata,
      isOver: IsOver,
    ): void => {
      const request = asked.get($causationId);
      const at = request?.recordedAt ?? recorded.recordedAt;
      if (request !== undefined && isOver(request))
        breaks(
          'the same command twice is the same command once',
          `${request.type} ${request.id}, which was refused, is granted`,
        );
      switch (event.type) {
        case 'ClusterConfigured':
          quarantineSeconds = event.quarantineSeconds;
          return;
        case 'NodeAttested':
          attested.add(event.node);
          mayFollow(recorded, ofOperators);
          return;
        case 'LeaseRevoked':
          mayFollow(recorded, ofOperators);
          return;
        case 'NodeJoined':
          attested.delete(event.node);
          return;
        case 'IncarnationReplaced':
          if (!attested.delete(event.node) && !(request !== undefined && replacing.has(request.id)))
            breaks(
              'a life is replaced when it is said to be over',
              `${event.previous} of ${event.node} by ${event.incarnation}`,
            );
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
          if (event.by === 'attestation' && !attested.has(event.node))
            breaks(
              'a lease is released when nothing uses it any more',
              `${event.subnet} of ${event.node} is released by an attestation that nobody gave`,
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
