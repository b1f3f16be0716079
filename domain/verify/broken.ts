import type { Breach, Law, Witness } from './fault.ts';

/** A broken law before it is said where. */
export type Found = Pick<Breach, 'law' | 'expected' | 'found'> & {
  readonly involved: ReadonlyArray<Witness>;
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
