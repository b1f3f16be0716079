import { either as E } from 'fp-ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';
import type { AgentPorts } from '../ports.ts';

/**
 * Whether the namespace for which the addresses were given is there. What was taken over from files has none that we know: of it
 * the files are all there is. Where nobody can say, it counts as alive.
 */
export const isAlive = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  { netns }: Allocated,
): Promise<boolean> => {
  if (netns === undefined) return false;
  const found = await kernel.netns(netns.path)();
  if (E.isLeft(found)) return found.left.type === 'kernel-refused';
  return found.right.device === netns.device && found.right.inode === netns.inode;
};
