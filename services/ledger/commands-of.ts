import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import { type ClusterEvent, clusterEvents, type LifeHead } from '../../domain/cluster/events.ts';
import { decodeEvent, type Recorded, type UnreadableEvent } from '../../domain/event.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { HostStream } from '../../domain/stream.ts';

export type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

/**
 * The decisions that a node's request asks for, in order. `asOf` is the log's own stamp of the request; `head` where the life ends that is
 * the node's member, of a request of another life.
 */
export const commandsOf = (
  { event, recordedAt: asOf }: Recorded<HostEvent>,
  { node, incarnation }: HostStream,
  head: LifeHead | undefined,
): ReadonlyArray<NodeCommand> => {
  switch (event.type) {
    case 'JoinRequested': {
      const { publicKey, held, hints, replace } = event;
      return [
        { type: 'join', node, incarnation, publicKey, held, hints, replace, head, asOf },
        { type: 'lease', node, incarnation, held, asOf },
      ];
    }
    case 'LeaseSurrendered':
      return [
        // Who leaves gives back what it was leased and has not heard of, too.
        {
          type: 'release',
          node,
          incarnation,
          ...(event.leaving ? {} : { subnets: event.subnets }),
          by: 'holder',
          asOf,
        },
        ...(event.leaving ? [{ type: 'leave' as const, node, incarnation, asOf }] : []),
        // Of a life that was attested destroyed, and runs all the same: with what it gave back here it may hold nothing any more.
        { type: 'release-destroyed', node, asOf },
      ];
    case 'LeasePresented': {
      const { publicKey, subnets, hostAddress, epoch } = event;
      return [{ type: 'present', node, incarnation, publicKey, subnets, hostAddress, head, epoch, asOf }];
    }
    case 'SubnetRequested':
      return [{ type: 'lease-more', node, incarnation, full: event.full, asOf }];
    default:
      return [];
  }
};

type DestroyedCommand = Extract<NodeCommand, { readonly type: 'release-destroyed' }>;

/** What operators write into a cluster's stream that the allocator acts on. */
export const operatorsWords = ['NodeAttested', 'LeaseRevoked'] as const;

const decode = decodeEvent(clusterEvents);

/** What follows when an operator's word completes what he said before; the log's own stamp of it is when quarantine begins. */
export const commandOfOperator = (
  recorded: RecordedEvent,
): E.Either<UnreadableEvent, DestroyedCommand | undefined> =>
  E.map(({ event, recordedAt: asOf }: Recorded<ClusterEvent>) =>
    event.type === 'NodeAttested' || event.type === 'LeaseRevoked'
      ? ({ type: 'release-destroyed', node: event.node, asOf } as const)
      : undefined,
  )(decode(recorded));
