import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import { type Cidr, contains, network, prefixLength } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import type { PodCidr } from './events.ts';
import type { ClusterFailure } from './failure.ts';

/**
 * The subnet that a node's running pods use already, before it ever had a lease: that one or none, for they keep their
 * addresses. One that was leased before is refused, for somebody else's pods may have used it since.
 */
export const takeHeldSubnet = (
  node: NodeName,
  subnet: Cidr,
  { cidr, nodeBits }: PodCidr,
  pool: Pool,
): E.Either<ClusterFailure, Cidr> => {
  const length = prefixLength(cidr) + nodeBits;
  if (!contains(cidr, network(subnet)) || prefixLength(subnet) !== length)
    return E.left({ type: 'subnet-not-of-cluster', node, subnet, podCidr: cidr, length });
  const holder = pool.held.get(subnet);
  return holder === undefined && !pool.returned.live.has(subnet)
    ? E.right(subnet)
    : E.left({ type: 'subnet-taken', node, subnet, holder });
};
