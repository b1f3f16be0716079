import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import { type Cidr, contains, network, prefixLength } from '../ip/cidr.ts';
import { contesterOf } from './contests.ts';
import type { PodCidr } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import { poolFor } from './family-pools.ts';
import type { ClusterState } from './state.ts';

/** Of the node subnets of a pod CIDR. */
const lengthIn = ({ cidr, nodeBits }: PodCidr): number => prefixLength(cidr) + nodeBits;

export const isSubnetOf = (podCidr: PodCidr, subnet: Cidr): boolean =>
  contains(podCidr.cidr, network(subnet)) && prefixLength(subnet) === lengthIn(podCidr);

/**
 * The subnet that a node's running pods use already, before it ever had a lease: that one or none, for they keep their
 * addresses. One that was leased before is refused, for somebody else's pods may have used it since.
 */
export const takeHeldSubnet = (
  state: ClusterState,
  node: NodeName,
  subnet: Cidr,
): E.Either<ClusterFailure, Cidr> => {
  const found = poolFor(state, subnet);
  if (found === undefined) return E.left({ type: 'not-configured' });
  const { podCidr, pool } = found;
  const { cidr } = podCidr;
  const length = lengthIn(podCidr);
  if (!isSubnetOf(podCidr, subnet))
    return E.left({ type: 'subnet-not-of-cluster', node, subnet, podCidr: cidr, length });
  const holder = pool.held.get(subnet) ?? contesterOf(state, subnet, node);
  return holder === undefined && !pool.returned.live.has(subnet)
    ? E.right(subnet)
    : E.left({ type: 'subnet-taken', node, subnet, holder });
};
