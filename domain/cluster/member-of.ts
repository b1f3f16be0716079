import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { ClusterFailure } from './failure.ts';
import { otherLife } from './replace.ts';
import type { ClusterState, Member } from './state.ts';

/** What a life asks for that an operator attested destroyed. */
export const destroyed = (
  node: NodeName,
  { incarnation }: Pick<Member, 'incarnation'>,
  reason: string,
): E.Either<ClusterFailure, never> => E.left({ type: 'life-attested', node, incarnation, reason });

/** The member that this life of the node is, with nothing of it revoked, nor itself attested destroyed. */
export const servingMember = (
  { configuration, members }: ClusterState,
  node: NodeName,
  incarnation: Incarnation,
): E.Either<ClusterFailure, Member> => {
  if (configuration === undefined) return E.left({ type: 'not-configured' });
  const member = members.get(node);
  if (member === undefined) return E.left({ type: 'unknown-node', node });
  if (member.incarnation !== incarnation) return otherLife(node, member, { incarnation });
  if (member.attested !== undefined) return destroyed(node, member, member.attested);
  const revoked = member.leases.filter((one) => one.revoked !== undefined).map(({ subnet }) => subnet);
  return revoked.length > 0 ? E.left({ type: 'lease-revoked', node, subnets: revoked }) : E.right(member);
};
