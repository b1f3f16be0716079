import type { Seams } from '../seams.ts';

/** A defect planted on purpose: a simulator that does not find it proves nothing. */
export type Mutant<Planted = Seams> = {
  readonly name: string;
  /** What the program would do wrong. */
  readonly defect: string;
  readonly seams: Planted;
};
