import { either as E } from 'fp-ts';
import { releaseDestroyed } from '../../domain/cluster/attest.ts';
import type { LifeHead } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import { clusterStream, type HostStream, hostStream, parseHostStream } from '../../domain/stream.ts';
import type { Request } from '../aggregate.ts';
import { eachEvent } from '../follow.ts';
import { newestEra } from '../newest-era.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { commandOfOperator, commandsOf, type NodeCommand } from './commands-of.ts';
import { readRequest } from './read-request.ts';

export type AllocatorPorts = Pick<TransactPorts, 'store' | 'ids'> & { readonly log: Log };

/** A node's request, or what follows from an operator's word: read and ready to be decided. */
export type Asked = {
  readonly id: string;
  readonly node: NodeName;
  readonly request: Request<NodeCommand, ClusterFailure>;
};

/** Reads what the allocator follows; `undefined` where there is nothing to decide. */
export type ReadAsked = (recorded: RecordedEvent) => Promise<E.Either<StreamFailure, Asked | undefined>>;

/** How far the decisions of earlier lives go. */
export type Begun = {
  /** Of the cluster stream's last event. */
  readonly position: number;
  /** The latest stamp that any decision names. */
  readonly latest: string;
  /** Of the last request that anything came of: all up to it are decided. */
  readonly decidedUpTo: number;
};

/** By which a life may take the place of another one. */
const mayReplace = ({ type }: HostEvent): boolean => type === 'JoinRequested' || type === 'LeasePresented';

export const readingAsked = (
  { store, ids, log }: AllocatorPorts,
  cluster: { readonly state: () => Readonly<ClusterState>; readonly revision: () => number },
  name: ClusterName,
  begun: () => Begun,
): ReadAsked => {
  /** Where the life ends that is the node's member, when another one asks. */
  const headBefore = async ({
    node,
    incarnation,
  }: HostStream): Promise<E.Either<StreamFailure, LifeHead | undefined>> => {
    const member = cluster.state().members.get(node);
    if (member === undefined || member.incarnation === incarnation) return E.right(undefined);
    const end = await newestEra(store, hostStream(name, node, member.incarnation));
    if (E.isLeft(end)) return end;
    const { stream, head } = end.right;
    return E.right(head && { stream, revision: head.revision, hash: head.hash });
  };

  /** The stamp of the last thing that operators said of a node behind a revision, where they said anything. */
  const saidSince = async (
    node: NodeName,
    revision: number,
  ): Promise<E.Either<StreamFailure, string | undefined>> => {
    let last: string | undefined;
    const read = await eachEvent<StreamFailure>(
      store.readStream(clusterStream(name), revision + 1),
      async (recorded) => {
        const command = commandOfOperator(recorded);
        if (E.isRight(command) && command.right?.node === node) last = recorded.recordedAt;
        return command;
      },
    );
    return E.map(() => last)(read);
  };

  /**
   * It decides by what stands, so what was decided before comes to nothing when it is read again. What stands may be more than was said by
   * then, and quarantine counts from the word that completes the others: a later one is heard first.
   */
  const readOperator = async (
    recorded: RecordedEvent,
  ): Promise<E.Either<StreamFailure, Asked | undefined>> => {
    const command = commandOfOperator(recorded);
    if (E.isLeft(command)) return command;
    if (command.right === undefined) return E.right(undefined);
    const { node } = command.right;
    const nothing = E.right({ id: recorded.id, node, request: [] });
    const isKnown = recorded.revision <= cluster.revision();
    if (isKnown && releaseDestroyed(cluster.state(), command.right).length === 0) return nothing;
    const since = await saidSince(node, recorded.revision);
    if (E.isLeft(since)) return since;
    if (since.right !== undefined) return nothing;
    const cause = {
      actor: 'allocator',
      commandId: ids.derive(recorded.id, command.right.type),
      correlationId: recorded.id,
    };
    return E.right({ id: recorded.id, node, request: [{ command: command.right, cause }] });
  };

  return async (recorded) => {
    if (recorded.stream === clusterStream(name)) return readOperator(recorded);
    // Anybody may write events of any type into streams of his own.
    const source = parseHostStream(recorded.stream);
    if (source === undefined || source.cluster !== name) return E.right(undefined);
    const asking = readRequest(recorded);
    if (E.isLeft(asking)) {
      log.warn('a request was refused', {
        node: source.node,
        request: recorded.id,
        failure: asking.left,
      });
      return E.right(undefined);
    }
    if (asking.right === undefined) return E.right({ id: recorded.id, node: source.node, request: [] });
    // Read again because the checkpoint was lost: what was refused then must not be granted now. Its stamp alone does not tell: an
    // EventStoreDB's clock may go back with a new leader, and what stands behind the decisions was never decided.
    const { position, latest, decidedUpTo } = begun();
    if (recorded.position <= decidedUpTo || (recorded.position < position && recorded.recordedAt < latest)) {
      log.info('a request from before the last decision was passed over', { request: recorded.id });
      return E.right(undefined);
    }
    const head = mayReplace(asking.right.event) ? await headBefore(source) : E.right(undefined);
    if (E.isLeft(head)) return head;
    const { $correlationId: correlationId } = asking.right.metadata;
    const { node, incarnation } = source;
    const refused = (failure: ClusterFailure) =>
      ({ type: 'refuse', node, incarnation, request: recorded.id, failure }) as const;
    const request = commandsOf(asking.right, source, head.right).map((command) => ({
      command,
      cause: { actor: 'allocator', commandId: ids.derive(recorded.id, command.type), correlationId },
      refused,
    }));
    return E.right({ id: recorded.id, node: source.node, request });
  };
};
