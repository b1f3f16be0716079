import { coldRebuild } from './cold-rebuild.ts';
import type { MeasureLog } from './figures.ts';
import { rawScan } from './raw-scan.ts';
import { rawSha256 } from './raw-sha256.ts';
import { snapshotReady } from './snapshot-ready.ts';
import { timeTravel } from './time-travel.ts';
import { verify } from './verify.ts';

/** In the order in which they run. */
export const measurements = {
  rawScan,
  coldRebuild,
  snapshotReady,
  timeTravel,
  rawSha256,
  verify,
} satisfies Readonly<Record<string, MeasureLog>>;

export type Measurement = keyof typeof measurements;

/** The yardsticks are nobody's command: their memory does not count. */
export const yardsticks: ReadonlySet<Measurement> = new Set(['rawScan', 'rawSha256']);
