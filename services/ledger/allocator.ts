import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { Recorded } from '../../domain/event.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import { clusterStream, type HostStream, parseHostStream } from '../../domain/stream.ts';
import type { Aggregate, Request } from '../aggregate.ts';
import { type Checkpoint, type CheckpointUnreadable, follow } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { operatorsDecided } from './operator-decisions.ts';
import { readRequest, requests } from './read-request.ts';

type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

export type Cluster = Aggregate<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure>;

/** The decisions that a node's request asks for, in order. `asOf` is the log's own stamp of the request. */
const commandsFor = (
  { event, recordedAt: asOf }: Recorded<HostEvent>,
  { node, incarnation }: HostStream,
): ReadonlyArray<NodeCommand> => {
  switch (event.type) {
    case 'JoinRequested':
      return [
        { type: 'join', node, incarnation, publicKey: event.publicKey, held: event.held, asOf },
        { type: 'lease', node, incarnation, held: event.held, asOf },
      ];
    case 'LeaseSurrendered':
      return [
        // Who leaves gives back what it was leased and has not heard of, too.
        event.leaving
          ? { type: 'release', node, incarnation, by: 'holder', asOf }
          : { type: 'release', node, subnets: event.subnets, by: 'holder', asOf },
        ...(event.leaving ? [{ type: 'leave' as const, node, asOf }] : []),
      ];
    case 'LeasePresented': {
      const { publicKey, subnets, hostAddress, epoch } = event;
      return [{ type: 'present', node, incarnation, publicKey, subnets, hostAddress, epoch, asOf }];
    }
    case 'SubnetRequested':
      return [{ type: 'lease-more', node, incarnation, full: event.full, asOf }];
    default:
      return [];
  }
};

/** Two that say they hold the same: somebody has to know. */
const tellContested = (log: Log, events: ReadonlyArray<ClusterEvent>): void => {
  for (const event of events)
    if (event.type === 'NodePresented' && event.contested.length > 0)
      log.warn('a node presents what it cannot have: it is fenced, and its pods keep running', {
        node: event.node,
        contested: event.contested,
        remedy: 'evioctl leases shows who holds it; let the pods of one of them end',
      });
};

export type AllocatorPorts = Pick<TransactPorts, 'store' | 'ids'> & { readonly log: Log };

/** A node's request, read and ready to be decided. */
type Asked = {
  readonly id: string;
  readonly node: NodeName;
  readonly request: Request<NodeCommand>;
};

/** So many requests are decided together at most: what follows from them must fit into one append of any event store. */
const together = 200;

/**
 * The only writer of the cluster stream: follows the nodes' requests, decides, appends with the expected revision. Requests that wait
 * together are decided in their order, in one append. One that is refused, or cannot be read, is said in the log and in `refused`, and holds up no other;
 * the node may ask again. `decided` are the commands of earlier lives, where the store does not refuse an id that it has. A conflict means that another allocator writes the same stream: this one stands down and returns it.
 */
export const allocate = (
  { store, ids, log }: AllocatorPorts,
  cluster: Cluster,
  name: ClusterName,
  checkpoint: Checkpoint,
  refused: Map<string, ClusterFailure>,
  signal: AbortSignal,
  decided: ReadonlySet<string> = new Set(),
): Promise<E.Either<StreamFailure | CheckpointUnreadable, undefined>> => {
  /** How far the decisions of earlier lives go. */
  let begun = { position: -1, latest: '' };

  /** `undefined`: there is nothing to decide. */
  const read = (recorded: RecordedEvent): Asked | undefined => {
    // Anybody may write events of any type into streams of his own.
    const source = parseHostStream(recorded.stream);
    if (source === undefined || source.cluster !== name) return undefined;
    const asking = readRequest(recorded);
    if (E.isLeft(asking)) {
      log.warn('a request was refused', {
        node: source.node,
        request: recorded.id,
        failure: asking.left,
      });
      return undefined;
    }
    if (asking.right === undefined) return { id: recorded.id, node: source.node, request: [] };
    // Read again because the checkpoint was lost: what was refused then must not be granted now. Its stamp alone does not tell: an
    // EventStoreDB's clock may go back with a new leader, and what stands behind the decisions was never decided.
    if (recorded.position < begun.position && recorded.recordedAt < begun.latest) {
      log.info('a request from before the last decision was passed over', { request: recorded.id });
      return undefined;
    }
    const { $correlationId: correlationId } = asking.right.metadata;
    const request = commandsFor(asking.right, source).map((command) => ({
      command,
      cause: { actor: 'allocator', commandId: ids.derive(recorded.id, command.type), correlationId },
    }));
    // What came of it may since have changed again.
    if (request.some(({ cause }) => decided.has(cause.commandId))) return undefined;
    return { id: recorded.id, node: source.node, request };
  };

  const decide = async (asked: ReadonlyArray<Asked>): Promise<E.Either<StreamFailure, undefined>> => {
    const told = await operatorsDecided(store, name, cluster.revision());
    if (E.isLeft(told)) return told;
    if (told.right) await cluster.whileChanged(async () => undefined);
    const before = cluster.revision();
    const decided = await cluster.transactAll(asked.map(({ request }) => request))();
    if (E.isRight(decided)) {
      for (const [index, { node, id, request }] of asked.entries()) {
        const failure = decided.right[index]?.refusal;
        tellContested(log, decided.right[index]?.events ?? []);
        if (request.length === 0) continue;
        if (failure === undefined) {
          refused.delete(node);
        } else {
          refused.set(node, failure);
          log.warn('a request was refused', { node, request: id, failure });
        }
      }
      return stillAlone(before);
    }
    const { left: failure } = decided;
    if (failure.type === 'conflict') {
      // Between the look and the append.
      const meanwhile = await operatorsDecided(store, name, before);
      return E.isRight(meanwhile) && meanwhile.right ? decide(asked) : decided;
    }
    if (failure.type !== 'duplicate-event-id' && failure.type !== 'too-large') return decided;
    if (asked.length > 1) return oneByOne(asked);
    // A repeated id: decided in an earlier life, whose checkpoint was lost; what came of it may since have changed again.
    if (failure.type === 'too-large')
      for (const { node, id } of asked) log.warn('a request was refused', { node, request: id, failure });
    return E.right(undefined);
  };

  const oneByOne = async (asked: ReadonlyArray<Asked>): Promise<E.Either<StreamFailure, undefined>> => {
    for (const one of asked) {
      const decided = await decide([one]);
      if (E.isLeft(decided)) return decided;
    }
    return E.right(undefined);
  };

  /**
   * Two allocators that decide the same request on the same state make the same ids, so the second one's append passes for a repeat of
   * the first one's. What stands there then is not what it made: the hashes tell.
   */
  const stillAlone = async (before: number): Promise<E.Either<StreamFailure, undefined>> => {
    const own = cluster.head();
    if (own === undefined || own.revision === before) return E.right(undefined);
    const stream = clusterStream(name);
    const standing = await store.head(stream)();
    if (E.isLeft(standing)) return standing;
    const head = standing.right;
    if (head === undefined || head.revision !== own.revision || head.hash === own.hash)
      return E.right(undefined);
    return E.left({
      type: 'conflict',
      stream,
      expected: before === -1 ? 'no-stream' : before,
      actual: head.revision,
    });
  };

  const apply = async (
    events: ReadonlyArray<RecordedEvent>,
  ): Promise<E.Either<StreamFailure, 'done' | 'nothing-to-do'>> => {
    const asked = events.flatMap((recorded) => read(recorded) ?? []);
    const decided = asked.length === 0 ? E.right(undefined) : await decide(asked);
    return E.isLeft(decided) ? decided : E.right(asked.length > 0 ? 'done' : 'nothing-to-do');
  };

  const begin = async (): Promise<E.Either<StreamFailure | CheckpointUnreadable, undefined>> => {
    const head = await store.head(clusterStream(name))();
    if (E.isLeft(head)) return head;
    begun = { position: head.right?.position ?? -1, latest: cluster.state().latest ?? '' };
    // An era is dropped only when all its requests are decided.
    return follow(store, checkpoint, apply, signal, { together, types: requests, archived: 'passed-over' });
  };
  return begin();
};
