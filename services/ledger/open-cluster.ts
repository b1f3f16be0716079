import type { either as E } from 'fp-ts';
import { cluster as decider } from '../../domain/cluster/decider.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { clusterStateCodec } from '../../domain/cluster/stored-state.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { ReadFailure } from '../../domain/port/event-store.ts';
import { firstReader } from '../../domain/reader.ts';
import { clusterStream } from '../../domain/stream.ts';
import { openAggregate, type TransactPorts } from '../transact.ts';
import type { Cluster } from './allocator.ts';

/** Folds a cluster's stream in the log that `ports.store` is. What is written there has that log's id for its incarnation. */
export const openCluster = (
  ports: TransactPorts,
  cluster: ClusterName,
  codecs: typeof clusterEvents = clusterEvents,
): Promise<E.Either<UnreadableEvent | ReadFailure, Cluster>> =>
  openAggregate(ports, {
    stream: clusterStream(cluster),
    codecs,
    decider,
    incarnation: ports.store.identity.logId,
    codec: clusterStateCodec,
    reader: ({ configuration }) => configuration?.minReader ?? firstReader,
  });
