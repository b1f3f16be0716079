import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { Recorded } from '../../domain/event.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Log } from '../../domain/port/log.ts';
import { type HostStream, parseHostStream } from '../../domain/stream.ts';
import type { Request } from '../aggregate.ts';
import { readRequest } from './read-request.ts';

type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

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

/** A node's request, read and ready to be decided. */
export type Asked = {
  readonly id: string;
  readonly node: NodeName;
  readonly request: Request<NodeCommand>;
};

/** How far the decisions of earlier lives go: the position of the last, and the latest stamp that they name. */
export type Begun = { readonly position: number; readonly latest: string };

/**
 * Reads what nodes ask of a cluster; `undefined` where there is nothing to decide. `decided` are the commands of earlier lives. What cannot be
 * read, or was decided before, is said in the log.
 */
export const askedOf =
  (
    { ids, log }: { readonly ids: Pick<Ids, 'derive'>; readonly log: Log },
    name: ClusterName,
    decided: ReadonlySet<string>,
  ) =>
  (recorded: RecordedEvent, begun: Begun): Asked | undefined => {
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
