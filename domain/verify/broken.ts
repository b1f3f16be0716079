import type { Breach, Involved, Law } from './fault.ts';

/** A broken law before it is said where. */
export type Found = Pick<Breach, 'law' | 'expected' | 'found' | 'involved'>;

export const broken = (
  law: Law,
  expected: string,
  found: string,
  ...involved: ReadonlyArray<Involved | undefined>
): Found => ({
  law,
  expected,
  found,
  involved: involved.flatMap((event) =>
    event === undefined ? [] : [{ position: event.position, id: event.id }],
  ),
});
