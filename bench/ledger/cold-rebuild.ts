import { clusterRows } from '../../domain/projection/cluster-view.ts';
import { type MeasureLog, secondsSince } from './figures.ts';
import { openLog, right } from './open-log.ts';
import { replayOf } from './replay.ts';

/** From nothing to every lease and every allocation as rows. */
export const coldRebuild: MeasureLog = async (path) => {
  const begun = performance.now();
  const log = openLog(path);
  const { view } = right(await replayOf(path)(log, log.end()?.position ?? -1));
  const foldPerS = (view.position + 1) / secondsSince(begun);
  const { leases } = clusterRows(view);
  const coldRebuildS = secondsSince(begun);
  log.close();
  if (leases.length === 0) throw new Error('the log holds no lease');
  return { coldRebuildS, foldPerS };
};
