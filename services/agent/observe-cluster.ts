import { either as E } from 'fp-ts';
import { cluster } from '../../domain/cluster/decider.ts';
import { type ClusterEvent, clusterEvents, type RequestRefused } from '../../domain/cluster/events.ts';
import { type OperatorsWord, operatorsWord } from '../../domain/cluster/operators-word.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { decodeEvent } from '../../domain/event.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import {
  holdsNothing,
  observedConfiguration,
  observedHolding,
  presentsAgain,
} from '../../domain/host/observe-holding.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { firstReader } from '../../domain/reader.ts';
import { clusterStream } from '../../domain/stream.ts';
import { eachSubscribed } from '../follow.ts';
import { isStreamFailure, type StreamFailure } from '../stream-failure.ts';
import type { MembershipConfiguration } from './configuration.ts';
import type { Host, MembershipPorts } from './ports.ts';

type Listeners = {
  /** Called after the lease changed, and awaited. */
  readonly onChange: () => Promise<void>;
  /** The revision of each event that was looked at, the cluster's state behind it, and what operators have said of this life. */
  readonly told: (revision: number, state: ClusterState, word: OperatorsWord | undefined) => void;
};

type Observed = E.Either<StreamFailure, undefined>;

/**
 * Follows the cluster stream and copies into the host stream what this node relies on, so that the host stream alone folds to
 * the host's state. On an event that it cannot read it stops and names it; the node keeps serving the lease it has.
 */
export const observeCluster = async (
  ports: MembershipPorts,
  configuration: MembershipConfiguration,
  host: Host,
  { onChange, told }: Listeners,
  signal: AbortSignal,
): Promise<E.Either<StreamFailure, undefined>> => {
  const decode = decodeEvent(ports.clusterEvents ?? clusterEvents);
  let state = cluster.initialState();
  const { node } = configuration;
  const logId = ports.ownLog.identity.logId as Incarnation;
  let word: OperatorsWord | undefined;
  let heldNothingAt: number | undefined;
  let saidWhyNot: number | undefined;

  /** Whether the log was restored since, and this node has not said what it holds. */
  const isBehindRestore = (): boolean => (state.epoch ?? 0) > (host.state().epoch ?? 0);

  /** Of a lease only what happens to this node itself: one that it surrendered a moment ago must not be taken up again. */
  const commandFor = (
    event: ClusterEvent,
    now: ClusterState,
    clusterRevision: number,
  ): HostCommand | undefined => {
    if (event.type === 'ClusterConfigured') return observedConfiguration(now, clusterRevision);
    // What follows from a restored log follows when all of it is read; the lease that this node holds is what it was.
    if (event.type === 'LogRestored' || event.type === 'LeasingResumed') return undefined;
    // It changes nothing of what this node holds.
    if (event.type === 'RequestRefused') return undefined;
    return event.node === node
      ? observedHolding(now, node, logId, clusterRevision, heldNothingAt)
      : undefined;
  };

  /**
   * To a log that was restored since this node last learnt anything of it: only when all that it has is read, so that what stands
   * behind that is the answer, and no event of the epoch before is waited for. Again when an event of the cluster made way for what it waits for.
   */
  const present = async (
    { id, revision: clusterRevision }: RecordedEvent,
    again: boolean,
  ): Promise<Observed> => {
    const { epoch } = state;
    if (epoch === undefined) return E.right(undefined);
    const { publicKey } = configuration;
    const minReader = state.configuration?.minReader ?? firstReader;
    const commandId = ports.ids.derive(logId, `present/${node}/${epoch}${again ? `/${id}` : ''}`);
    const presented = await host.transact(
      { type: 'present-lease', publicKey, epoch, minReader, clusterRevision, again },
      { actor: 'agent', commandId, correlationId: commandId },
    )();
    if (E.isRight(presented)) {
      if (presented.right.length > 0)
        ports.log.warn('the cluster log was restored from a backup: this node says again what it holds', {
          epoch,
          subnets: host.state().lease?.subnets ?? [],
        });
      return E.right(undefined);
    }
    if (isStreamFailure(presented.left)) return E.left(presented.left);
    const { msg, details: remedy } = toCniError(presented.left);
    if (saidWhyNot !== epoch)
      ports.log.error(
        `the cluster log was restored from a backup, and this node cannot say what it holds: ${msg}`,
        {
          remedy,
          failure: presented.left,
        },
      );
    saidWhyNot = epoch;
    return E.right(undefined);
  };

  /** Those from before this life of the program were told then. */
  const tellRefused = ({ incarnation, request, failure, reason, remedy }: RequestRefused): void => {
    if (incarnation === ports.ownLog.identity.logId)
      ports.log.warn(`a request of this node was refused: ${reason}`, { remedy, request, failure });
  };

  const tellHost = async (
    command: HostCommand,
    recorded: RecordedEvent,
    correlationId: string,
  ): Promise<Observed> => {
    // A restored log may decide the same request again, by the same event id, and otherwise.
    const seen = state.epoch === undefined ? recorded.id : `${recorded.id}/${state.epoch}`;
    const observed = await host.transact(command, {
      actor: 'agent',
      // A copy of this disk that runs under another name has the same log id.
      commandId: ports.ids.derive(logId, `observe/${node}/${seen}`),
      correlationId,
    })();
    if (E.isLeft(observed)) {
      if (isStreamFailure(observed.left)) return E.left(observed.left);
      ports.log.error('what the cluster decided was refused', { failure: observed.left });
    } else if (observed.right.length > 0) await onChange();
    return E.right(undefined);
  };

  /** Nothing is waited for where nothing is asked of the host: a thousand nodes are told of each that joins. */
  const observe = (recorded: RecordedEvent): Observed | Promise<Observed> => {
    const decoded = decode(recorded);
    if (E.isLeft(decoded)) return decoded;
    state = cluster.evolve(state, decoded.right.event);
    word = operatorsWord(word, decoded.right.event, state, { node, incarnation: logId });
    if (holdsNothing(state, node, logId)) heldNothingAt = recorded.revision;
    const { event } = decoded.right;
    if (event.type === 'RequestRefused' && recorded.revision > end) tellRefused(event);
    // What is configured in a restored log counts, though its revisions were known of other events.
    const isNew = event.type === 'ClusterConfigured' && isBehindRestore();
    if (!isNew && recorded.revision <= host.state().clusterRevision) return E.right(undefined);
    if ('node' in event && event.node === node && presentsAgain(state, node, logId))
      return present(recorded, true);
    const command = commandFor(event, state, recorded.revision);
    return command === undefined
      ? E.right(undefined)
      : tellHost(command, recorded, decoded.right.metadata.$correlationId);
  };

  const stream = clusterStream(configuration.cluster);
  const head = await ports.clusterLog.head(stream)();
  if (E.isLeft(head)) return head;
  const end = head.right?.revision ?? -1;
  const behind = (recorded: RecordedEvent, observed: Observed): Observed | Promise<Observed> => {
    if (E.isLeft(observed)) return observed;
    told(recorded.revision, state, word);
    return recorded.revision < end || !isBehindRestore() ? observed : present(recorded, false);
  };
  return eachSubscribed(ports.clusterLog, { stream, from: 0, signal }, (recorded) => {
    const observed = observe(recorded);
    return observed instanceof Promise
      ? observed.then((answer) => behind(recorded, answer))
      : behind(recorded, observed);
  });
};
