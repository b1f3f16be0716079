import { either as E } from 'fp-ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { LogIdentified } from '../../domain/log/events.ts';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import { clusterStream } from '../../domain/stream.ts';
import { eventAt } from '../event-at.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { Cluster } from './allocator.ts';
import { type Said, saidIdentity } from './said-identity.ts';

/** The log was restored, and the cluster's stream cannot say so: programs read along that would stop at it. So nothing pauses its leasing. */
export type RestoreUnrecorded = {
  readonly type: 'restore-unrecorded';
  readonly cluster: ClusterName;
  readonly epoch: number;
};

export const describeUnrecorded = ({ cluster, epoch }: RestoreUnrecorded) => ({
  msg: `the log was restored (epoch ${epoch}), and minReader of cluster ${cluster} is below 5: its leasing cannot be paused, and nodes that joined behind the backup may hold what looks free`,
  remedy: `upgrade every program of the cluster, evio-ledger configure with --min-reader 5, start the server again, and end the pause with evio-ledger resume`,
});

/** Whether the cluster was there before the log said which it is: what was configured since misses nothing. */
export const isOlder = async (
  store: EventStore,
  cluster: ClusterName,
  { at }: Pick<Said, 'at'>,
): Promise<E.Either<StreamFailure, boolean>> =>
  E.map((first: RecordedEvent | undefined) => first !== undefined && first.position < at)(
    await eventAt(store, clusterStream(cluster), 0),
  );

/** `undefined`: the log was never restored, or the cluster's stream says so. */
export const unrecordedRestore = async (
  store: EventStore,
  name: ClusterName,
  cluster: Cluster,
): Promise<E.Either<StreamFailure, RestoreUnrecorded | undefined>> => {
  const known = await saidIdentity({ store });
  if (E.isLeft(known)) return known;
  const said = known.right;
  if (said === undefined || said.identity.backup === undefined) return E.right(undefined);
  const { epoch }: LogIdentified = said.identity;
  if (cluster.state().epoch === epoch) return E.right(undefined);
  const older = await isOlder(store, name, said);
  return E.map((is: boolean) =>
    is ? { type: 'restore-unrecorded' as const, cluster: name, epoch } : undefined,
  )(older);
};
