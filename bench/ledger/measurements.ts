import { coldRebuild } from './cold-rebuild.ts';
import type { MeasureLog } from './figures.ts';
import { rawScan } from './raw-scan.ts';
import { rawSha256 } from './raw-sha256.ts';
import { snapshotReady, snapshotStored } from './snapshot-ready.ts';
import { oneQuestion, timeTravel } from './time-travel.ts';
import { verify } from './verify.ts';

/** In the order in which they run. */
export const measurements = {
  rawScan,
  coldRebuild,
  snapshotStored,
  snapshotReady,
  oneQuestion,
  timeTravel,
  rawSha256,
  verify,
} satisfies Readonly<Record<string, MeasureLog>>;

export type Measurement = keyof typeof measurements;

/** Yardsticks, and questions by the hundred: what no command of ours does, its memory does not count. */
export const noCommand: ReadonlySet<Measurement> = new Set(['rawScan', 'rawSha256', 'timeTravel']);
