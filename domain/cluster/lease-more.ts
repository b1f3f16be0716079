import { either as E } from 'fp-ts';
import { cidrFamily } from '../ip/cidr.ts';
import type { ClusterCommand } from './command.ts';
import type { SubnetLeased } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import { chooseOfFamily, familiesOf } from './family-pools.ts';
import { servingMember } from './member-of.ts';
import { mayChoose } from './restored.ts';
import type { ClusterState } from './state.ts';

/**
 * One more subnet of each family whose subnets the node calls full. A family in which it holds another than those has been given to
 * since it asked, so the same request again decides nothing. What one family is refused keeps no other from being given.
 */
export const leaseMore = (
  state: ClusterState,
  { node, incarnation, full, asOf }: Extract<ClusterCommand, { readonly type: 'lease-more' }>,
): E.Either<ClusterFailure, ReadonlyArray<SubnetLeased>> => {
  const member = servingMember(state, node, incarnation);
  if (E.isLeft(member)) return member;
  const most = state.configuration?.maxSubnetsPerNode ?? 1;
  const paused = mayChoose(state);
  const leased: SubnetLeased[] = [];
  const refused: ClusterFailure[] = [];
  for (const family of familiesOf(state)) {
    const own = member.right.leases.flatMap(({ subnet }) => (cidrFamily(subnet) === family ? [subnet] : []));
    const asked = full.some((subnet) => cidrFamily(subnet) === family);
    if (!asked || own.length === 0 || own.some((subnet) => !full.includes(subnet))) continue;
    if (own.length >= most) refused.push({ type: 'subnets-at-maximum', node, subnets: own, most });
    else if (E.isLeft(paused)) refused.push(paused.left);
    else {
      const chosen = chooseOfFamily(state, family, asOf);
      if (E.isRight(chosen)) leased.push({ type: 'SubnetLeased', node, subnet: chosen.right, asOf });
      else refused.push(chosen.left);
    }
  }
  const [failure] = refused;
  return failure !== undefined && leased.length === 0 ? E.left(failure) : E.right(leased);
};
