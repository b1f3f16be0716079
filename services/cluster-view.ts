import { either as E } from 'fp-ts';
import type { UnreadableEvent } from '../domain/event.ts';
import type { LogReader } from '../domain/port/log-reader.ts';
import { type ClusterView, catchUp, emptyClusterView } from '../domain/projection/cluster-view.ts';
import { clusterViewCodec } from '../domain/projection/stored-cluster-view.ts';
import type { NotReplayed, Replayed } from '../domain/replay/replay-log.ts';
import { wholeLog } from '../domain/snapshot/snapshot.ts';
import type { ReplayLog } from './replay-beside.ts';
import type { SnapshotOf, Snapshots } from './snapshots.ts';

const snapshotOf = ({ identity }: LogReader): SnapshotOf<ClusterView> => ({
  codec: clusterViewCodec,
  identity,
  source: wholeLog,
});

/** Events after which the next snapshot is worth its writing: folding so many takes some 20 ms. */
const dueAfter = 10_000;

const viewOf = ({ view }: Replayed): ClusterView => view;
const causeOf = ({ cause }: NotReplayed): UnreadableEvent => cause;

/**
 * The whole cluster's state as the log has it: from the snapshot beside the log and the events behind that or, without one that
 * stands, from the beginning. What took long is stored for the next time. A reader sees what is written before it is on disk:
 * a power cut may leave a snapshot ahead of its log, which then counts as none.
 */
export const openClusterView = async (
  log: LogReader,
  snapshots: Snapshots,
  replay: ReplayLog,
): Promise<E.Either<UnreadableEvent, ClusterView>> => {
  const of = snapshotOf(log);
  const end = log.end();
  if (end === undefined) return E.right(emptyClusterView());
  const kept = await snapshots.load(of, async (position) => log.at(position)?.logHash);
  const view =
    kept === undefined
      ? E.bimap(causeOf, viewOf)(await replay(log, end.position))
      : catchUp(log, kept.state, end.position);
  if (E.isRight(view) && end.position - (kept?.at.revision ?? -1) >= dueAfter) {
    await snapshots.store(of, { state: view.right, at: { revision: end.position, hash: end.logHash } });
  }
  return view;
};
