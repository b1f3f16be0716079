import { either as E } from 'fp-ts';
import { awaitedRemedy, awaitsOwnNode } from '../../domain/cluster/awaits-own-node.ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import { clusterStream } from '../../domain/stream.ts';
import type { Aggregate } from '../aggregate.ts';
import { type Checkpoint, type CheckpointUnreadable, follow } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { operatorsWords } from './commands-of.ts';
import { decidedUpTo } from './decided-up-to.ts';
import { operatorsDecided } from './operator-decisions.ts';
import { type AllocatorPorts, type Asked, type Begun, readingAsked } from './read-asked.ts';
import { requests } from './read-request.ts';
import { expiring } from './silence.ts';

export type Cluster = Aggregate<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure>;

/** Two that say they hold the same: somebody has to know. */
const tellContested = (
  log: Log,
  state: Readonly<ClusterState>,
  events: ReadonlyArray<ClusterEvent>,
): void => {
  for (const event of events)
    if (event.type === 'NodePresented' && event.contested.length > 0)
      log.warn(
        awaitsOwnNode(event)
          ? 'a node presents what another life of it holds: nobody else is given that'
          : 'a node presents what it cannot have: it is fenced, and its pods keep running',
        {
          node: event.node,
          incarnation: event.incarnation,
          contested: event.contested,
          remedy: awaitsOwnNode(event)
            ? awaitedRemedy(state, event)
            : 'evioctl leases shows who holds it; let the pods of one of them end',
        },
      );
};

/** Where the allocator runs. */
export type Place = {
  /** The refused requests by node, for who is in the same process: programs may read along that cannot read `RequestRefused`. */
  readonly refused?: Map<string, ClusterFailure>;
  /** Whether leases expire: only where the nodes say through a ledger that they are there. */
  readonly expires: boolean;
};

/** So many requests are decided together at most: what follows from them must fit into one append of any event store. */
const together = 200;

/**
 * The only writer of the cluster stream: follows the nodes' requests, decides, appends with the expected revision. Requests that wait
 * together are decided in their order, in one append. One that is refused, or cannot be read, is said in the log, and holds up no other; the node
 * hears of a refusal by `RequestRefused`, and may ask again. What earlier lives decided, whatever came of it, is not decided again. A conflict means that another allocator writes the same stream: this one stands down and returns it.
 */
export const allocate = (
  { store, ids, log }: AllocatorPorts,
  cluster: Cluster,
  name: ClusterName,
  checkpoint: Checkpoint,
  { refused, expires }: Place,
  signal: AbortSignal,
): Promise<E.Either<StreamFailure | CheckpointUnreadable, undefined>> => {
  let begun: Begun = { position: -1, latest: '', decidedUpTo: -1 };

  const read = readingAsked({ store, ids, log }, cluster, name, () => begun);

  /** What operators have decided meanwhile counts for what follows. */
  const foldOperators = async (): Promise<E.Either<StreamFailure, undefined>> => {
    const told = await operatorsDecided(store, name, cluster.revision());
    if (E.isLeft(told)) return told;
    if (told.right) await cluster.whileChanged(async () => undefined);
    return E.right(undefined);
  };

  const decide = async (asked: ReadonlyArray<Asked>): Promise<E.Either<StreamFailure, undefined>> => {
    const told = await foldOperators();
    if (E.isLeft(told)) return told;
    const before = cluster.revision();
    const decided = await cluster.transactAll(asked.map(({ request }) => request))();
    if (E.isRight(decided)) {
      for (const [index, { node, id, request }] of asked.entries()) {
        const failure = decided.right[index]?.refusal;
        tellContested(log, cluster.state(), decided.right[index]?.events ?? []);
        if (request.length === 0) continue;
        if (failure === undefined) {
          refused?.delete(node);
        } else {
          refused?.set(node, failure);
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

  const expire = expires
    ? expiring({ store, ids, log }, name, () => cluster.state(), decide)
    : async () => E.right(undefined);

  const apply = async (
    events: ReadonlyArray<RecordedEvent>,
  ): Promise<E.Either<StreamFailure, 'done' | 'nothing-to-do'>> => {
    const asked: Asked[] = [];
    for (const recorded of events) {
      if (recorded.type === 'LeaseRenewed') continue;
      const one = await read(recorded);
      if (E.isLeft(one)) return one;
      if (one.right !== undefined) asked.push(one.right);
    }
    const decided = asked.length === 0 ? E.right(undefined) : await decide(asked);
    if (E.isLeft(decided)) return decided;
    const told = events.some(({ type }) => type === 'ClusterConfigured') ? await foldOperators() : decided;
    const expired = E.isLeft(told) ? told : await expire(events);
    return E.isLeft(expired) ? expired : E.right(asked.length > 0 ? 'done' : 'nothing-to-do');
  };

  const begin = async (): Promise<E.Either<StreamFailure | CheckpointUnreadable, undefined>> => {
    const head = await store.head(clusterStream(name))();
    if (E.isLeft(head)) return head;
    const last = await checkpoint.load();
    if (E.isLeft(last)) return last;
    const position = head.right?.position ?? -1;
    const range = { from: (last.right ?? -1) + 1, to: position };
    const decided = await decidedUpTo({ store, ids }, name, range, signal);
    if (E.isLeft(decided)) return decided;
    begun = { position, latest: cluster.state().latest ?? '', decidedUpTo: decided.right };
    // An era is dropped only when all its requests are decided.
    return follow(store, checkpoint, apply, signal, {
      together,
      types: [...requests, ...operatorsWords, 'ClusterConfigured', 'LeaseRenewed'],
      archived: 'passed-over',
    });
  };
  return begin();
};
