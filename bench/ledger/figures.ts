/** What `npm run bench:ledger` prints, and with `--json` as its last line. */
export type LedgerFigures = {
  /** The whole cluster's state from the log alone, every event decoded, in rows at the end. */
  readonly coldRebuildS: number;
  /** Rows read and payload and metadata given to JSON.parse; nothing else. */
  readonly rawScanS: number;
  /** The same state with its snapshot in place. */
  readonly snapshotReadyMs: number;
  /** Events per second of the cold rebuild's fold, streamed from the store. */
  readonly foldPerS: number;
  /** The slowest of many questions on an open index, at times from all over the history. */
  readonly whoHadMs: number;
  readonly podsAtMs: number;
  /** Every chain, every law. */
  readonly verifyS: number;
  /** The same bytes hashed, and nothing else. */
  readonly rawSha256S: number;
  /** Resident memory of the largest of the programs measured, and of the commands run. */
  readonly peakMiB: number;
};

/** One measurement in a process of its own: part of the figures, of this log. */
export type MeasureLog = (path: string) => Promise<Partial<LedgerFigures>>;

export const secondsSince = (begun: number): number => (performance.now() - begun) / 1000;
