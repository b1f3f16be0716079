import type { HostFailure } from './failure.ts';
import { type HostState, minReaderOf } from './state.ts';

/** The first generation of programs that reads why a leaked attachment was deleted. */
const leakReader = 4;

/** Why no leaked attachment may be released, to be asked before anything of it is taken away; `undefined` when it may. */
export const leakRefusal = ({ lease }: Pick<HostState, 'lease'>): HostFailure | undefined => {
  const minReader = minReaderOf(lease);
  return minReader < leakReader ? { type: 'readers-too-old', minReader, needed: leakReader } : undefined;
};
