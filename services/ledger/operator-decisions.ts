import { either as E } from 'fp-ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { clusterStream } from '../../domain/stream.ts';
import { eachEvent } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { operatorsWords } from './commands-of.ts';

/** What operators write into a cluster's stream, and its allocator never does. */
const ofOperators: ReadonlySet<string> = new Set([
  'ClusterConfigured',
  'LeasingResumed',
  ...operatorsWords,
] satisfies ReadonlyArray<ClusterEvent['type']>);

/** Whether operators have decided something behind `revision`; a conflict when anybody else has, an allocator above all. */
export const operatorsDecided = async (
  store: EventStore,
  cluster: ClusterName,
  revision: number,
): Promise<E.Either<StreamFailure, boolean>> => {
  const stream = clusterStream(cluster);
  const head = await store.head(stream)();
  if (E.isLeft(head)) return head;
  const actual = head.right?.revision ?? -1;
  if (actual <= revision) return E.right(false);
  const expected = revision === -1 ? 'no-stream' : revision;
  const read = await eachEvent<StreamFailure>(store.readStream(stream, revision + 1), async ({ type }) =>
    ofOperators.has(type) ? E.right(undefined) : E.left({ type: 'conflict', stream, expected, actual }),
  );
  return E.map(() => true)(read);
};
