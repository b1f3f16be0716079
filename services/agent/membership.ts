import { either as E } from 'fp-ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
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
import { type HostEras, openHostEras } from './host-eras.ts';
import { observeCluster } from './observe-cluster.ts';
import type { Host, MembershipPorts } from './ports.ts';
import { unreadableCluster } from './unreadable-cluster.ts';

/** A node's two streams, and the followers between them: enough to join, without switch or kernel. */
export type Membership = {
  readonly host: Host;
  /** The stream of the present era. */
  readonly hostStream: () => string;
  readonly closeEra: HostEras['closeEra'];
  readonly cluster: Cluster;
  /** Revision of the last event of the cluster stream that was looked at; −1 for none. */
  readonly observed: () => number;
  /** The decision of the cluster that this program cannot read: from there on it learns nothing and decides nothing. */
  readonly behind: () => UnreadableEvent | undefined;
  /** Requests that the allocator refused last, by node. */
  readonly refused: ReadonlyMap<string, ClusterFailure>;
  /** Begins to allocate and to observe; `onChange` is called after the lease changed, and awaited. */
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
  const { ownLog, clusterLog, clock, ids, sha256, log, timer, snapshots } = ports;
  const { logId } = ownLog.identity;
  if (!Incarnation.is(logId)) return E.left({ type: 'foreign-log-id', logId });
  const life = hostStream(configuration.cluster, configuration.node, logId);
  const eras = await openHostEras(ports, life, logId, configuration.eraEvents);
  if (E.isLeft(eras)) return eras;
  const { host, stream, closeEra } = eras.right;
  const folded = await openCluster(
    { store: clusterLog, clock, ids, sha256, snapshots },
    configuration.cluster,
    ports.clusterEvents,
  );
  let behind: UnreadableEvent | undefined;
  let cluster: Cluster;
  if (E.isRight(folded)) cluster = folded.right;
  else if (folded.left.type === 'unknown-event') {
    behind = folded.left;
    cluster = unreadableCluster(folded.left);
  } else return folded;

  const keepLast = keepSnapshots(timer, [host.keep, cluster.keep]);
  const refused = new Map<string, ClusterFailure>();
  const stopping = new AbortController();
  const checkpoint = fileCheckpoint(ports.files, configuration.allocatorCheckpoint);
  let observed = -1;
  let followers: ReadonlyArray<Promise<unknown>> = [];

  return E.right({
    host,
    hostStream: stream,
    closeEra,
    cluster,
    observed: () => observed,
    behind: () => behind,
    refused,
    follow: (onChange) => {
      const { signal } = stopping;
      const told = (revision: number): void => {
        observed = revision;
      };
      const observe = () => observeCluster(ports, configuration, host, { onChange, told }, signal);
      const allocateAll = () =>
        allocate(
          { store: clusterLog, ids, log },
          cluster,
          configuration.cluster,
          checkpoint,
          refused,
          signal,
        );
      const keep = (who: string, run: Parameters<typeof keepFollowing>[2]) =>
        keepFollowing(ports, who, run, signal);
      const observing = keep('following the cluster', observe).then((stopped) => {
        if (stopped?.type === 'unknown-event') behind = stopped;
      });
      // Who cannot read what was decided decides nothing.
      followers = behind === undefined ? [observing, keep('the allocator', allocateAll)] : [observing];
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(followers);
      await keepLast();
    },
  });
};
