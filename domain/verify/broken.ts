import type { Breach, Law, Place, Witness } from './fault.ts';

/** A broken law before it is said where. */
export type Found = Pick<Breach, 'law' | 'expected' | 'found'> & {
  readonly involved: ReadonlyArray<Witness>;
  /** The event that breaks it, where that is an earlier one than shows it. */
  readonly by?: Omit<Required<Place>, 'id'>;
};

export const broken = (
  law: Law,
  expected: string,
  found: string,
  ...involved: ReadonlyArray<Witness | undefined>
): Found => ({
  law,
  expected,
  found,
  involved: involved.filter((event) => event !== undefined),
});
