import { either as E, taskEither as TE } from 'fp-ts';
import { cluster as decider } from '../../domain/cluster/decider.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import type { OperatorsWord } from '../../domain/cluster/operators-word.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import { hostStream } from '../../domain/stream.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { keepFollowing } from '../keep-following.ts';
import { keepSnapshots } from '../keep-snapshots.ts';
import { allocate, type Cluster } from '../ledger/allocator.ts';
import { openCluster } from '../ledger/open-cluster.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { MembershipConfiguration } from './configuration.ts';
import { followLedger, type LedgerFollower } from './follow-ledger.ts';
import { type HostEras, openHostEras } from './host-eras.ts';
import { openLeaseTerm } from './lease-term.ts';
import { observeCluster } from './observe-cluster.ts';
import type { Host, MembershipPorts } from './ports.ts';
import { type Restartable, restartable } from './restartable.ts';

export type KnownCluster = Pick<Cluster, 'state' | 'revision' | 'transact' | 'keep'>;

/** A node's two streams, and the followers between them: enough to join, without switch or kernel. */
export type Membership = {
  readonly host: Host;
  /** The stream of the present era. */
  readonly hostStream: () => string;
  readonly closeEra: HostEras['closeEra'];
  /** Behind a ledger: as it was last observed, and nothing is decided here. */
  readonly cluster: KnownCluster;
  /** Behind a ledger, how this node stands with it. */
  readonly ledger?: Pick<LedgerFollower, 'status' | 'shippedTo' | 'unfit' | 'lapse' | 'servedSeconds'>;
  /** Revision of the last event of the cluster stream that was looked at; −1 for none. */
  readonly observed: () => number;
  /** What operators have put on record against this life of the node, as far as was looked at. */
  readonly operatorsWord: () => OperatorsWord | undefined;
  /** The decision of the cluster that this program cannot read: from there on it learns nothing and decides nothing. */
  readonly behind: () => UnreadableEvent | undefined;
  /** Requests that the allocator refused last, by node. */
  readonly refused: ReadonlyMap<string, ClusterFailure>;
  /** Begins to allocate (or to follow the ledger) and to observe; `onChange` is called after the lease changed, and awaited. */
  readonly follow: (onChange: () => Promise<void>) => void;
  /** Ends the followers and stores what a start may begin with; the logs stay open. */
  readonly stop: () => Promise<void>;
};

export type MembershipFailure = StreamFailure | { readonly type: 'foreign-log-id'; readonly logId: string };

/** Folds the host's stream and the cluster's. The incarnation is the own log's id: a fresh log is a new life. */
export const openMembership = async (
  ports: MembershipPorts,
  configuration: MembershipConfiguration,
): Promise<E.Either<MembershipFailure, Membership>> => {
  const { ownLog, clusterLog, ledger, clock, ids, sha256, log, timer, snapshots } = ports;
  const { logId } = ownLog.identity;
  if (!Incarnation.is(logId)) return E.left({ type: 'foreign-log-id', logId });
  const life = hostStream(configuration.cluster, configuration.node, logId);
  const eras = await openHostEras(ports, life, logId, configuration.eraEvents);
  if (E.isLeft(eras)) return eras;
  const { host, stream, closeEra } = eras.right;
  const folded =
    ledger === undefined
      ? await openCluster(
          { store: clusterLog, clock, ids, sha256, snapshots },
          configuration.cluster,
          ports.clusterEvents,
        )
      : undefined;
  if (folded !== undefined && E.isLeft(folded) && folded.left.type !== 'unknown-event') return folded;
  /** Who cannot read what was decided decides nothing. */
  const own = folded !== undefined && E.isRight(folded) ? folded.right : undefined;
  let behind =
    folded !== undefined && E.isLeft(folded) && folded.left.type === 'unknown-event'
      ? folded.left
      : undefined;

  const keepLast = keepSnapshots(timer, [host.keep, ...(own === undefined ? [] : [own.keep])]);
  const refused = new Map<string, ClusterFailure>();
  const stopping = new AbortController();
  const checkpoint = fileCheckpoint(ports.files, configuration.allocatorCheckpoint);
  let observed = -1;
  let known = decider.initialState();
  let word: OperatorsWord | undefined;
  let followers: ReadonlyArray<Promise<unknown>> = [];
  let observing: Restartable<void> | undefined;
  const follower =
    ledger &&
    followLedger(
      ports,
      ledger,
      configuration,
      { life, eras: eras.right, term: await openLeaseTerm(ports, ledger, logId) },
      {
        observed: () => observed,
        whileUnread: (change) => (observing === undefined ? change() : observing.around(change)),
      },
    );

  return E.right({
    host,
    hostStream: stream,
    closeEra,
    cluster: own ?? {
      state: () => known,
      revision: () => observed,
      transact: () =>
        TE.left(behind ?? { type: 'denied', reason: 'the cluster is decided upon at its ledger' }),
      keep: async () => undefined,
    },
    ...(follower && { ledger: follower }),
    observed: () => observed,
    operatorsWord: () => word,
    behind: () => behind ?? follower?.unread(),
    refused,
    follow: (onChange) => {
      const { signal } = stopping;
      const told = (revision: number, state: ClusterState, said?: OperatorsWord): void => {
        observed = revision;
        known = state;
        word = said;
      };
      const changed = async (): Promise<void> => {
        await follower?.leaseChanged();
        await onChange();
      };
      const observe = async (until: AbortSignal): Promise<void> => {
        told(-1, decider.initialState());
        const stopped = await keepFollowing(
          ports,
          'following the cluster',
          () => observeCluster(ports, configuration, host, { onChange: changed, told }, until),
          until,
        );
        if (stopped?.type === 'unknown-event') behind = stopped;
      };
      const decide = (cluster: Cluster) =>
        keepFollowing(
          ports,
          'the allocator',
          () =>
            allocate(
              { store: clusterLog, ids, log },
              cluster,
              configuration.cluster,
              checkpoint,
              // Who has no ledger says to nobody that he is there.
              { refused, expires: false },
              signal,
            ),
          signal,
        );
      observing = restartable(observe, signal);
      followers = [
        ...(own === undefined ? [] : [decide(own)]),
        ...(follower === undefined ? [] : [follower.run(signal)]),
      ];
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(followers);
      await observing?.over();
      await keepLast();
    },
  });
};
