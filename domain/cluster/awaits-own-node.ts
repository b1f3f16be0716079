import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import { type ClusterState, lifeKey, type Presented } from './state.ts';

/**
 * Whether all that keeps a life from what it uses is another life of its own node. A restored log may have lost that this one took that
 * one's place: an operator's word is awaited, and nobody else is given what it uses.
 */
export const awaitsOwnNode = ({ node, contested }: Pick<Presented, 'node' | 'contested'>): boolean =>
  contested.length > 0 && contested.every(({ holder }) => holder === node);

/**
 * What such a life does: while nothing says that both run, it serves on; once the other one is attested destroyed, or has left, it
 * presents again, and gets what it uses; and it is over when the log knows better.
 */
export const ownNodeSays = (
  { members, presented, replaced }: Readonly<ClusterState>,
  node: NodeName,
  incarnation: Incarnation,
): 'serve-on' | 'present-again' | 'over' => {
  if (replaced.has(lifeKey(node, incarnation))) return 'over';
  const member = members.get(node);
  if (member === undefined) return 'present-again';
  if (member.incarnation === incarnation) return 'serve-on';
  if (member.leases.some(({ revoked }) => revoked !== undefined)) return 'over';
  if (member.attested !== undefined) return 'present-again';
  return presented.has(lifeKey(node, member.incarnation)) ? 'over' : 'serve-on';
};
