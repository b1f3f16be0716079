import type { FlowsTold } from '../port/flow-table.ts';

/** What two tells say together. */
export const bothTold = (one: FlowsTold, other: FlowsTold): FlowsTold =>
  one === 'any' || other === 'any' ? 'any' : one.union(other);
