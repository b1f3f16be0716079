import { either as E } from 'fp-ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeEvent } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { clusterStream } from '../../domain/stream.ts';
import { eachEvent } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';

/** Why nobody can say by which TTL a life counts. */
export type Uncounted = 'never-learnt' | 'restored-since';

/** What a life said last of the TTL, and which decisions of the cluster it knew by then. */
type Said = {
  /** Seconds; `undefined` where it never said so, said that there is none, or cannot be read. */
  readonly ttlSeconds: number | undefined;
  /** −1 for none. */
  readonly clusterRevision: number;
  /** Of the log, where a restored backup began it. */
  readonly epoch: number | undefined;
};

const decodeHost = decodeEvent(hostEvents);
const telling: ReadonlySet<string> = new Set(['LeaseObserved', 'LeasePresented', 'EraOpened']);

/** As it said in this era, which begins with what is known. All of the stream is read. */
const saidIn = async (store: EventStore, stream: string): Promise<E.Either<StreamFailure, Said>> => {
  let said: Said = { ttlSeconds: undefined, clusterRevision: -1, epoch: undefined };
  const read = await eachEvent<StreamFailure>(
    store.readStream(stream, 0, 'passed-over'),
    async (recorded) => {
      if (!telling.has(recorded.type)) return E.right(undefined);
      const decoded = decodeHost(recorded);
      const event = E.isRight(decoded) ? decoded.right.event : undefined;
      if (event?.type === 'LeaseObserved') {
        const { leaseTtlSeconds: ttlSeconds, clusterRevision, epoch = said.epoch } = event;
        said = { ttlSeconds, clusterRevision, epoch };
      } else if (event?.type === 'EraOpened') {
        const { lease, clusterRevision, epoch } = event;
        said = { ttlSeconds: lease?.leaseTtlSeconds, clusterRevision, epoch };
      } else if (event?.type === 'LeasePresented') {
        const { clusterRevision, epoch } = event;
        said = { ...said, clusterRevision, epoch };
      } else said = { ...said, ttlSeconds: undefined };
      return E.right(undefined);
    },
  );
  return E.map(() => said)(read);
};

const decodeCluster = decodeEvent(clusterEvents);

/** Whatever was configured behind what it knew, it may have learnt before its connection broke: the longest counts. */
const longest = async (
  store: EventStore,
  cluster: ClusterName,
  { ttlSeconds, clusterRevision }: Said,
): Promise<E.Either<StreamFailure, number | 'never-learnt'>> => {
  let ttl = ttlSeconds ?? Number.POSITIVE_INFINITY;
  const read = await eachEvent<StreamFailure>(
    store.readStream(clusterStream(cluster), clusterRevision + 1),
    async (recorded) => {
      if (recorded.type !== 'ClusterConfigured') return E.right(undefined);
      const decoded = decodeCluster(recorded);
      const event = E.isRight(decoded) ? decoded.right.event : undefined;
      const then = event?.type === 'ClusterConfigured' ? event.leaseTtlSeconds : undefined;
      ttl = Math.max(ttl, then ?? Number.POSITIVE_INFINITY);
      return E.right(undefined);
    },
  );
  return E.map(() => (Number.isFinite(ttl) ? ttl : 'never-learnt'))(read);
};

/**
 * The longest TTL, in seconds, that a life may count by: `stream` is its newest era's. In a log that was restored (`epoch`) nothing that it said before
 * tells, for the log lost what it heard and what was configured: the life must have presented what it holds, or joined since.
 */
export const countsBy = async (
  store: EventStore,
  stream: string,
  cluster: ClusterName,
  epoch: number | undefined,
): Promise<E.Either<StreamFailure, number | Uncounted>> => {
  const said = await saidIn(store, stream);
  if (E.isLeft(said)) return said;
  if (epoch !== undefined && said.right.epoch !== epoch) return E.right('restored-since');
  return longest(store, cluster, said.right);
};
