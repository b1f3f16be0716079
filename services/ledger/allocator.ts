import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import { decodeEvent, type Recorded } from '../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import { parseHostStream } from '../../domain/stream.ts';
import { type Checkpoint, type CheckpointUnreadable, follow } from '../follow.ts';
import { type Aggregate, isStreamFailure, type StreamFailure, type TransactPorts } from '../transact.ts';

type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

export type Cluster = Aggregate<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure>;

/** `EraOpened` asks for nothing: the checkpoint behind it says that all requests of the era before are decided. */
const requests = ['JoinRequested', 'LeaseSurrendered', 'EraOpened'] satisfies ReadonlyArray<
  HostEvent['type']
>;

/** The decisions that a node's request asks for, in order. `asOf` is the log's own stamp of the request. */
const commandsFor = (recorded: Recorded<HostEvent>, cluster: ClusterName): ReadonlyArray<NodeCommand> => {
  const source = parseHostStream(recorded.stream);
  if (source === undefined || source.cluster !== cluster) return [];
  const { node, incarnation } = source;
  const { event, recordedAt: asOf } = recorded;
  switch (event.type) {
    case 'JoinRequested':
      return [
        { type: 'join', node, incarnation, publicKey: event.publicKey, held: event.held, asOf },
        { type: 'lease', node, incarnation, held: event.held, asOf },
      ];
    case 'LeaseSurrendered':
      return [
        { type: 'release', node, subnets: event.subnets, by: 'holder', asOf },
        ...(event.leaving ? [{ type: 'leave' as const, node, asOf }] : []),
      ];
    default:
      return [];
  }
};

export type AllocatorPorts = Pick<TransactPorts, 'store' | 'ids'> & { readonly log: Log };

/**
 * The only writer of the cluster stream: follows the nodes' requests, decides, appends with the expected revision. A request
 * that is refused is said in the log and in `refused`; the node may ask again. A conflict means that another
 * allocator writes the same stream: this one stands down and returns it.
 */
export const allocate = (
  { store, ids, log }: AllocatorPorts,
  cluster: Cluster,
  name: ClusterName,
  checkpoint: Checkpoint,
  refused: Map<string, ClusterFailure>,
  signal: AbortSignal,
): Promise<E.Either<StreamFailure | CheckpointUnreadable, undefined>> => {
  const decode = decodeEvent(hostEvents);

  const apply = async (
    recorded: RecordedEvent,
  ): Promise<E.Either<StreamFailure, 'done' | 'nothing-to-do'>> => {
    const decoded = decode(recorded);
    if (E.isLeft(decoded)) return decoded;
    // Read again because the checkpoint was lost: what was refused then must not be granted now.
    const { latest } = cluster.state();
    if (latest !== undefined && recorded.recordedAt < latest) {
      log.info('a request from before the last decision was passed over', { request: recorded.id });
      return E.right('nothing-to-do');
    }
    for (const command of commandsFor(decoded.right, name)) {
      const decided = await cluster.transact(command, {
        actor: 'allocator',
        commandId: ids.derive(recorded.id, command.type),
        correlationId: decoded.right.metadata.$correlationId,
      })();
      if (E.isRight(decided)) {
        refused.delete(command.node);
      } else if (decided.left.type === 'duplicate-event-id') {
        // Decided in an earlier life, whose checkpoint was lost; what came of it may since have changed again.
        break;
      } else if (isStreamFailure(decided.left)) {
        return E.left(decided.left);
      } else {
        refused.set(command.node, decided.left);
        log.warn('a request was refused', {
          node: command.node,
          request: recorded.id,
          failure: decided.left,
        });
        // What would follow rests on this: its refusal would only hide the reason.
        break;
      }
    }
    return E.right('done');
  };

  // An era is dropped only when all its requests are decided.
  return follow(store, checkpoint, apply, signal, undefined, requests, 'passed-over');
};
