import { replayThread } from '../../adapters/system/replay-thread.ts';
import { type ReplayLog, replaying } from '../../services/replay-beside.ts';

const program = new URL('../../services/replay-part/main.ts', import.meta.url);

/** As evioctl folds the log at this path. */
export const replayOf = (path: string): ReplayLog =>
  replaying((streams, to) => replayThread(program, { path, streams, to }));
