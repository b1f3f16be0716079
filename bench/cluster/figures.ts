/** What `npm run bench:cluster` prints, and with `--json` as its last line. */
export type ClusterFigures = {
  /** From the word until every agent has its lease, all at once, each with a log of its own. */
  readonly join500S: number;
  /** The same with a round trip of 100 ms to the ledger. */
  readonly join500Rtt100S: number;
  /** Appends to the ledger in the first of them, the nodes' and the allocator's, for each join. */
  readonly appendsPerJoin: number;
  /** One more join, decided where so many hold a subnet: from the command until its events are written, before the disk has them. */
  readonly decideAt65536Ms: number;
  /** Resident memory of a program that holds the state of so many, less what it had before. */
  readonly stateAt65536MiB: number;
  /** A node that knows nothing, until it has copied, checked and understood every decision. */
  readonly catchUp65536S: number;
  /** Events of pods that waited, until the ledger has the last. */
  readonly ship10000S: number;
  /** Steps of a simulated world of 50 nodes and their ledger, with all promises watched. */
  readonly simulatedStepsPerS: number;
};

/** How much is measured. */
export type Size = {
  readonly agents: number;
  readonly leases: number;
  readonly waiting: number;
  /** Simulated, and the length of each one's history. */
  readonly worlds: number;
  readonly steps: number;
};

export const fullSize: Size = { agents: 500, leases: 65_536, waiting: 10_000, worlds: 10, steps: 5000 };

/** To see that all works; its figures say little. */
export const quickSize: Size = { agents: 20, leases: 500, waiting: 500, worlds: 1, steps: 1000 };

/** Agents of one process: of two on our smallest machines, which have two processors. */
export const together = 250;

/**
 * Of a process that is so many agents. Each is a program of its own, with 1 MiB for what is young (`services/agent/main.ts`): half as much for each, from the start, so that
 * none sweeps what lives in the others. And none marks all that lives in the others: alone, an agent grows by some 2 MiB while it joins.
 */
export const nursery = [
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
  '--initial-old-space-size=1024',
];
