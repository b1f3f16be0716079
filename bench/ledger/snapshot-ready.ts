import { files } from '../../adapters/fs/files.ts';
import { codeFingerprint } from '../../adapters/system/fingerprint.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { openClusterView } from '../../services/cluster-view.ts';
import { fileSnapshots } from '../../services/snapshots.ts';
import type { MeasureLog } from './figures.ts';
import { openLog, right } from './open-log.ts';
import { replayOf } from './replay.ts';

const quiet = () => undefined;
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** In milliseconds, fingerprint of the code included. */
const open = async (path: string): Promise<number> => {
  const begun = performance.now();
  const log = openLog(path);
  const fingerprint = codeFingerprint();
  const snapshots = fileSnapshots({ files, sha256, log: silent }, { logPath: path, fingerprint });
  right(await openClusterView(log, snapshots, replayOf(path)));
  log.close();
  return performance.now() - begun;
};

/** The first opening stores the snapshot; only its memory counts. */
export const snapshotStored: MeasureLog = async (path) => {
  await open(path);
  return {};
};

/** The next one, by another process, finds it. */
export const snapshotReady: MeasureLog = async (path) => ({ snapshotReadyMs: await open(path) });
