import { either as E } from 'fp-ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { ClusterFailure } from './failure.ts';
import type { ClusterState } from './state.ts';

/**
 * Why the allocator would not lease to a node what it would ask to join with, as far as this state of the cluster tells;
 * `undefined`: it would. Nothing is asked.
 */
export const joinRefusal = (
  command: Omit<Command<'join'>, 'type'>,
  state: ClusterState,
): ClusterFailure | undefined => {
  const joined = decide({ type: 'join', ...command }, state);
  if (E.isLeft(joined)) return joined.left;
  if (joined.right.length > 0) return undefined;
  const { node, incarnation, held, asOf } = command;
  // A member already, whose lease was released.
  const leased = decide({ type: 'lease', node, incarnation, held, asOf }, state);
  return E.isLeft(leased) ? leased.left : undefined;
};
