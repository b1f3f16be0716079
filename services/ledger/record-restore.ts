import { either as E } from 'fp-ts';
import type { LogRestored } from '../../domain/cluster/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { isStreamFailure, type StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { clusterOf } from './cluster-of.ts';
import { openCluster } from './open-cluster.ts';
import type { Said } from './said-identity.ts';
import { isOlder } from './unrecorded-restore.ts';

/** In which clusters it is recorded that the log was restored, and in which older programs read along that would stop at it. */
export type RestoreRecorded = {
  readonly recorded: ReadonlyArray<ClusterName>;
  readonly leftOut: ReadonlyArray<ClusterName>;
};

/**
 * Records in every cluster of the log that its present epoch began with a backup. Again it records nothing more. Where the log has `said`
 * so already, what was configured since is passed over.
 */
export const recordRestore = async (
  ports: TransactPorts,
  streams: ReadonlyArray<string>,
  backup: LogRestored['backup'],
  said?: Said,
): Promise<E.Either<StreamFailure, RestoreRecorded>> => {
  const { epoch } = ports.store.identity;
  const recorded: ClusterName[] = [];
  const leftOut: ClusterName[] = [];
  for (const name of streams.flatMap((stream) => clusterOf(stream) ?? [])) {
    const older = said === undefined ? E.right(true) : await isOlder(ports.store, name, said);
    if (E.isLeft(older)) return older;
    if (!older.right) continue;
    const cluster = await openCluster(ports, name);
    if (E.isLeft(cluster)) return cluster;
    // Random: a node that could work it out could take it first. That it is recorded once, the epoch sees to.
    const commandId = ports.ids.random();
    const cause = { actor: 'ledger', commandId, correlationId: commandId };
    const done = await cluster.right.transact({ type: 'record-restore', epoch, backup }, cause)();
    if (E.isLeft(done) && isStreamFailure(done.left)) return E.left(done.left);
    (cluster.right.state().epoch === epoch ? recorded : leftOut).push(name);
  }
  return E.right({ recorded, leftOut });
};
