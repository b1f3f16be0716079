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
import { clusterStream, type HostStream, parseHostStream } from '../../domain/stream.ts';
import type { Aggregate, Request } from '../aggregate.ts';
import { type Checkpoint, type CheckpointUnreadable, follow } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';

type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

export type Cluster = Aggregate<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure>;

/** `EraOpened` asks for nothing: the checkpoint behind it says that all requests of the era before are decided. */
const requests = ['JoinRequested', 'LeaseSurrendered', 'EraOpened'] satisfies ReadonlyArray<
  HostEvent['type']
>;

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
        { type: 'release', node, subnets: event.subnets, by: 'holder', asOf },
        ...(event.leaving ? [{ type: 'leave' as const, node, asOf }] : []),
      ];
    default:
      return [];
  }
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
 * together are decided in their order, in one append. One that is refused is said in the log and in `refused`, and holds up no other;
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
  const decode = decodeEvent(hostEvents);
  /** How far the decisions of earlier lives go. */
  let begun = { position: -1, latest: '' };

  /** `undefined`: there is nothing to decide. */
  const read = (recorded: RecordedEvent): E.Either<StreamFailure, Asked | undefined> => {
    // Anybody may write events of any type into streams of his own.
    const source = parseHostStream(recorded.stream);
    if (source === undefined || source.cluster !== name) return E.right(undefined);
    const decoded = decode(recorded);
    if (E.isLeft(decoded)) return decoded;
    // Read again because the checkpoint was lost: what was refused then must not be granted now. Its stamp alone does not tell: an
    // EventStoreDB's clock may go back with a new leader, and what stands behind the decisions was never decided.
    if (recorded.position < begun.position && recorded.recordedAt < begun.latest) {
      log.info('a request from before the last decision was passed over', { request: recorded.id });
      return E.right(undefined);
    }
    const { $correlationId: correlationId } = decoded.right.metadata;
    const request = commandsFor(decoded.right, source).map((command) => ({
      command,
      cause: { actor: 'allocator', commandId: ids.derive(recorded.id, command.type), correlationId },
    }));
    // What came of it may since have changed again.
    if (request.some(({ cause }) => decided.has(cause.commandId))) return E.right(undefined);
    return E.right({ id: recorded.id, node: source.node, request });
  };

  const decide = async (asked: ReadonlyArray<Asked>): Promise<E.Either<StreamFailure, undefined>> => {
    const before = cluster.revision();
    const decided = await cluster.transactAll(asked.map(({ request }) => request))();
    if (E.isRight(decided)) {
      for (const [index, { node, id, request }] of asked.entries()) {
        const failure = decided.right[index]?.refusal;
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
    if (decided.left.type !== 'duplicate-event-id') return decided;
    // Decided in an earlier life, whose checkpoint was lost; what came of it may since have changed again.
    return asked.length === 1 ? E.right(undefined) : oneByOne(asked);
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
    const asked: Asked[] = [];
    let unreadable: E.Either<StreamFailure, never> | undefined;
    for (const recorded of events) {
      const one = read(recorded);
      if (E.isLeft(one)) {
        unreadable = one;
        break;
      }
      if (one.right !== undefined) asked.push(one.right);
    }
    const decided = asked.length === 0 ? E.right(undefined) : await decide(asked);
    if (E.isLeft(decided)) return decided;
    return unreadable ?? E.right(asked.length > 0 ? 'done' : 'nothing-to-do');
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
