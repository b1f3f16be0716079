import { either as E } from 'fp-ts';
import { cluster as clusterDecider } from '../../domain/cluster/decider.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import { clusterStateCodec } from '../../domain/cluster/stored-state.ts';
import { host as hostDecider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { minReaderOf } from '../../domain/host/state.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import { firstReader } from '../../domain/reader.ts';
import { clusterStream, hostStream } from '../../domain/stream.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { keepFollowing } from '../keep-following.ts';
import { keepSnapshots } from '../keep-snapshots.ts';
import { allocate, type Cluster } from '../ledger/allocator.ts';
import { openAggregate, type StreamFailure } from '../transact.ts';
import type { MembershipConfiguration } from './configuration.ts';
import { observeCluster } from './observe-cluster.ts';
import type { Host, MembershipPorts } from './ports.ts';

/** A node's two streams, and the followers between them: enough to join, without switch or kernel. */
export type Membership = {
  readonly host: Host;
  readonly hostStream: string;
  readonly cluster: Cluster;
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
  const stream = hostStream(configuration.cluster, configuration.node, logId);
  const host = await openAggregate(
    { store: ownLog, clock, ids, sha256, snapshots },
    {
      stream,
      codecs: hostEvents,
      decider: hostDecider,
      incarnation: logId,
      codec: hostStateCodec,
      reader: ({ lease }) => minReaderOf(lease),
    },
  );
  if (E.isLeft(host)) return host;
  const cluster = await openAggregate(
    { store: clusterLog, clock, ids, sha256, snapshots },
    {
      stream: clusterStream(configuration.cluster),
      codecs: clusterEvents,
      decider: clusterDecider,
      incarnation: clusterLog.identity.logId,
      codec: clusterStateCodec,
      reader: ({ configuration }) => configuration?.minReader ?? firstReader,
    },
  );
  if (E.isLeft(cluster)) return cluster;

  const keepLast = keepSnapshots(timer, [host.right.keep, cluster.right.keep]);
  const refused = new Map<string, ClusterFailure>();
  const stopping = new AbortController();
  const checkpoint = fileCheckpoint(ports.files, configuration.allocatorCheckpoint);
  let followers: ReadonlyArray<Promise<void>> = [];

  return E.right({
    host: host.right,
    hostStream: stream,
    cluster: cluster.right,
    refused,
    follow: (onChange) => {
      const { signal } = stopping;
      const observe = () => observeCluster(ports, configuration, host.right, onChange, signal);
      const allocateAll = () =>
        allocate(
          { store: clusterLog, ids, log },
          cluster.right,
          configuration.cluster,
          checkpoint,
          refused,
          signal,
        );
      const keep = (who: string, run: Parameters<typeof keepFollowing>[2]) =>
        keepFollowing(ports, who, run, signal);
      followers = [keep('following the cluster', observe), keep('the allocator', allocateAll)];
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(followers);
      await keepLast();
    },
  });
};
