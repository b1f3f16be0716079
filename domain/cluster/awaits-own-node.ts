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
 * presents again, and gets what it uses; and it is over when the log knows better. Attested first and then revoked, the other one is
 * released for certain, and this one has nothing to give back.
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
  if (member.attested !== undefined) return 'present-again';
  if (member.leases.some(({ revoked }) => revoked !== undefined)) return 'over';
  return presented.has(lifeKey(node, member.incarnation)) ? 'over' : 'serve-on';
};

/** Whether another life of the node than the member serves on and awaits an operator's word. */
export const isAwaited = (
  state: Readonly<ClusterState>,
  { node, incarnation }: Pick<Presented, 'node' | 'incarnation'>,
): boolean =>
  [...state.presented.values()].some(
    (one) =>
      one.node === node &&
      one.incarnation !== incarnation &&
      awaitsOwnNode(one) &&
      ownNodeSays(state, node, one.incarnation) !== 'over',
  );

/** What an operator does for such a life when the other one is gone. A place is taken over only with the host address that it has; under another one this life joins anew. */
export const awaitedRemedy = (
  { members }: Pick<ClusterState, 'members'>,
  { node, contested }: Pick<Presented, 'node' | 'contested'>,
): string => {
  const attest = `if that life is gone: evioctl attest ${node} --destroyed`;
  const address = members.get(node)?.hostAddress;
  return address === undefined || contested.some(({ place }) => place === address)
    ? `${attest}; this one then goes on`
    : `${attest}, and behind that evioctl revoke ${node}, for that one's host address was ${address}; this one then goes on`;
};
