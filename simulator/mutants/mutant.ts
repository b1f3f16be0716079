import type { Seams } from '../seams.ts';

/** A defect planted on purpose: a simulator that does not find it proves nothing. */
export type Mutant = {
  readonly name: string;
  /** What the program would do wrong. */
  readonly defect: string;
  readonly seams: Seams;
};
