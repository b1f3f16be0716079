import { join } from 'node:path';
import { either as E } from 'fp-ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { LogIdentity, ReadFailure } from '../../domain/port/event-store.ts';
import type { Files } from '../../domain/port/files.ts';
import { clusterStream } from '../../domain/stream.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { eachSubscribed } from '../follow.ts';
import { type FollowingPorts, keepFollowing, type Stopped } from '../keep-following.ts';
import type { TransactPorts } from '../transact.ts';
import { allocate } from './allocator.ts';
import { openCluster } from './open-cluster.ts';
import { unrecordedRestore } from './unrecorded-restore.ts';

export type AllocatingPorts = TransactPorts & FollowingPorts & { readonly files: Files };

export type AllocatingOptions = {
  readonly cluster: ClusterName;
  /** Where it is kept how far the requests are decided, a file for each cluster and log. The folder must be there. */
  readonly stateDir: string;
};

/** A log that was restored is read anew: its positions may mean other events. */
const checkpointPath = ({ cluster, stateDir }: AllocatingOptions, { logId, epoch }: LogIdentity): string =>
  join(stateDir, `allocator-${cluster}-${logId}-${epoch}.position`);

/** Resolves with true when the cluster's stream has an event, and with false when the signal aborts before. */
const clusterIsThere = async (
  { store, log }: AllocatingPorts,
  cluster: ClusterName,
  signal: AbortSignal,
): Promise<E.Either<ReadFailure, boolean>> => {
  const stream = clusterStream(cluster);
  const head = await store.head(stream)();
  if (E.isLeft(head)) return head;
  if (head.right !== undefined) return E.right(true);
  log.info('waiting for the cluster to be configured', { cluster, stream });
  const there = { type: 'there' } as const;
  const seen = await eachSubscribed(store, { stream, from: 0, signal }, () => E.left(there));
  if (E.isRight(seen)) return E.right(false);
  return seen.left.type === 'there' ? E.right(true) : E.left(seen.left);
};

/**
 * The allocator as a program: decides one cluster's requests in any event store until the signal aborts. It waits for a cluster that
 * is not configured yet, and for a log that cannot be reached. Any other failure ends it and is returned, a conflict with another
 * allocator above all.
 */
export const runAllocator = (
  ports: AllocatingPorts,
  options: AllocatingOptions,
  signal: AbortSignal,
): Promise<Stopped | undefined> => {
  const { store, ids, log, files } = ports;
  const { cluster } = options;
  const checkpoint = fileCheckpoint(files, checkpointPath(options, store.identity));
  const run = async (): Promise<E.Either<Stopped, undefined>> => {
    const there = await clusterIsThere(ports, cluster, signal);
    if (E.isLeft(there)) return there;
    if (!there.right) return E.right(undefined);
    const opened = await openCluster(ports, cluster);
    if (E.isLeft(opened)) return opened;
    const unpaused = await unrecordedRestore(store, cluster, opened.right);
    if (E.isLeft(unpaused)) return unpaused;
    if (unpaused.right !== undefined) return E.left(unpaused.right);
    return allocate({ store, ids, log }, opened.right, cluster, checkpoint, { expires: true }, signal);
  };
  return keepFollowing(ports, `the allocator of ${cluster}`, run, signal);
};
