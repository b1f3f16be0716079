import type { PartReplayed, ReplayAhead } from '../../domain/port/replay-ahead.ts';
import { programThread } from './program-thread.ts';

/** What the thread is given: the log's file, its share of the streams, and the position of the last event that counts. */
export type ReplayWork = {
  readonly path: string;
  readonly streams: ReadonlyArray<string>;
  readonly to: number;
};

/** Old is what its nodes hold, young what many pages leave behind. */
const resourceLimits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 1024 };

/** Starts the program in `file` as a thread. One that fails, for whatever reason, has no outcome. */
export const replayThread = (file: URL, work: ReplayWork): ReplayAhead => {
  const { promise: outcome, resolve } = Promise.withResolvers<PartReplayed | undefined>();
  return { outcome, stop: programThread<PartReplayed>(file, work, resourceLimits, resolve) };
};
