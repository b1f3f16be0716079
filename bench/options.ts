/** The parts of the measurement, in the order in which they run. */
export const parts = [
  'sequential',
  'verbs',
  'parallel',
  'held',
  'wired',
  'where',
  'drain',
  'repair',
] as const;
export type Part = (typeof parts)[number];

export type Options = {
  /** One JSON object as the last line of stdout. */
  readonly json: boolean;
  readonly parts: ReadonlyArray<Part>;
  readonly size: Size;
};

/** How much is measured. */
export type Size = {
  readonly rounds: number;
  /** Of 16 concurrent ADDs each. */
  readonly waves: number;
  readonly held: number;
  readonly heldRounds: number;
  readonly wired: number;
  /** Pods added one by one to those that are wired. */
  readonly wiredRounds: number;
  /** DELs that wait for the agent. */
  readonly queued: number;
  /** Pods under a bridge that somebody deletes. */
  readonly repaired: number;
};

export const fullSize: Size = {
  rounds: 150,
  waves: 12,
  held: 4000,
  heldRounds: 100,
  wired: 230,
  wiredRounds: 20,
  queued: 1000,
  repaired: 100,
};

/** To see that all works; its figures say little. */
export const quickSize: Size = {
  rounds: 25,
  waves: 3,
  held: 4000,
  heldRounds: 25,
  wired: 40,
  wiredRounds: 5,
  queued: 200,
  repaired: 20,
};
