import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { ClusterEvent } from './events.ts';
import { isExpiry } from './expire.ts';
import type { ClusterState } from './state.ts';

/** What operators have put on record against one life of a node since it was given a lease last. */
export type OperatorsWord = { readonly type: 'destroyed' | 'revoked'; readonly reason: string };

/**
 * The word that stands behind an event; `state` is the cluster's behind it. That a life is destroyed stands until this life joins anew, and goes
 * before a revocation, which is over when the life is leased something again. What the TTL takes back is no word.
 */
export const operatorsWord = (
  word: OperatorsWord | undefined,
  event: ClusterEvent,
  state: Readonly<ClusterState>,
  { node, incarnation }: { readonly node: NodeName; readonly incarnation: Incarnation },
): OperatorsWord | undefined => {
  if (!('node' in event) || event.node !== node) return word;
  const isMember = state.members.get(node)?.incarnation === incarnation;
  switch (event.type) {
    case 'NodeAttested':
      return event.incarnation === incarnation ? { type: 'destroyed', reason: event.reason } : word;
    case 'LeaseRevoked':
      return isMember && word?.type !== 'destroyed' && !isExpiry(event)
        ? { type: 'revoked', reason: event.reason }
        : word;
    case 'NodeJoined':
    case 'IncarnationReplaced':
      return isMember ? undefined : word;
    case 'SubnetLeased':
      return isMember && word?.type === 'revoked' ? undefined : word;
    default:
      return word;
  }
};
