import { either as E } from 'fp-ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { ClusterFailure } from './failure.ts';
import type { ClusterState } from './state.ts';

/**
 * Why the allocator refuses what this life asks for, on what is known of the cluster: the same decision, made again by who asked. It passes
 * for one that says that its former life is over, which may be granted more. `undefined`: it is granted, or nothing is known yet.
 */
export const joinRefusal = (
  state: ClusterState,
  asking: Pick<Command<'join'>, 'node' | 'incarnation' | 'publicKey' | 'hints' | 'asOf'>,
): ClusterFailure | undefined => {
  if (state.configuration === undefined) return undefined;
  const { node, incarnation, asOf } = asking;
  const isMember = state.members.get(node)?.incarnation === incarnation;
  const decided = decide(
    isMember ? { type: 'lease', node, incarnation, asOf } : { type: 'join', ...asking, replace: true },
    state,
  );
  return E.isLeft(decided) ? decided.left : undefined;
};
