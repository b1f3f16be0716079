import type { Table } from './table.ts';

/** What `--json` prints; times in milliseconds, ratios ours/theirs, `null` what was not measured. */
export type Figures = {
  /** Beside bridge + host-local with ipMasq, as `delRatio`. */
  readonly addRatio: number | null;
  readonly addRatioNoMasq: number | null;
  readonly delRatio: number | null;
  /** By the plugin's bare start (VERSION), as `statusRatio`. */
  readonly checkRatio: number | null;
  readonly statusRatio: number | null;
  /** Request in → reply out, log fsync included, without the wait for the switch. */
  readonly agentAddMedianMs: number | null;
  /** Allocation-side ADD time with 4,000 addresses held, by that with none. */
  readonly addHeld4000Ratio: number | null;
  readonly parallel16: {
    readonly failures: number;
    readonly duplicates: number;
    readonly p99Ratio: number;
  } | null;
  readonly wired250FirstPacketMs: number | null;
  readonly agentRssMiB: number | null;
  /** A thousand queued DELs, whose links and ports are there, at the agent's start. */
  readonly drain1000Ms: number | null;
  /** From the bridge's deletion under a hundred pods until all answer again. */
  readonly repair100Ms: number | null;
};

export const unmeasured: Figures = {
  addRatio: null,
  addRatioNoMasq: null,
  delRatio: null,
  checkRatio: null,
  statusRatio: null,
  agentAddMedianMs: null,
  addHeld4000Ratio: null,
  parallel16: null,
  wired250FirstPacketMs: null,
  agentRssMiB: null,
  drain1000Ms: null,
  repair100Ms: null,
};

const met = (value: number | null | undefined, holds: (value: number) => boolean): string => {
  if (value === null || value === undefined) return 'not measured';
  return holds(value) ? 'met' : 'NOT MET';
};

const atMost =
  (most: number) =>
  (value: number): boolean =>
    value <= most;
const below =
  (limit: number) =>
  (value: number): boolean =>
    value < limit;

/** The figures beside what they are to reach. */
export const targetsTable = (figures: Figures): Table => {
  const { parallel16 } = figures;
  const row = (
    name: string,
    value: number | null | undefined,
    target: string,
    holds: (value: number) => boolean,
  ): ReadonlyArray<string> => [
    name,
    value === null || value === undefined ? '–' : String(value),
    target,
    met(value, holds),
  ];
  return {
    title: 'Targets',
    columns: ['figure', 'measured', 'target', 'met?'],
    rows: [
      row('ADD, ours/theirs, with ipMasq', figures.addRatio, '≤ 0.6', atMost(0.6)),
      row('ADD, ours/theirs, without ipMasq', figures.addRatioNoMasq, '≤ 1.2', atMost(1.2)),
      row('DEL, ours/theirs, with ipMasq', figures.delRatio, '≤ 0.5', atMost(0.5)),
      row('CHECK by the bare start', figures.checkRatio, '≤ 1.5', atMost(1.5)),
      row('STATUS by the bare start', figures.statusRatio, '≤ 1.5', atMost(1.5)),
      row('agent, one ADD, ms', figures.agentAddMedianMs, '≤ 3', atMost(3)),
      row('allocation, 4,000 held by none held', figures.addHeld4000Ratio, '≤ 1.2', atMost(1.2)),
      row('16 parallel: failures', parallel16?.failures, '0', atMost(0)),
      row('16 parallel: duplicate addresses', parallel16?.duplicates, '0', atMost(0)),
      row('16 parallel: p99, ours/theirs', parallel16?.p99Ratio, '< 1', below(1)),
      row('agent RSS holding 4,000, MiB', figures.agentRssMiB, '< 150', below(150)),
      row('1,000 queued DELs at the start, ms', figures.drain1000Ms, '≤ 2000', atMost(2000)),
      row('bridge deleted under 100 pods, ms', figures.repair100Ms, '≤ 3000', atMost(3000)),
    ],
  };
};
