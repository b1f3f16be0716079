import { either as E } from 'fp-ts';
import { sameNetworks } from '../cluster/configuration.ts';
import type {
  ClusterConfigured,
  ClusterEvent,
  LogRestored,
  NodeLeft,
  SubnetLeased,
} from '../cluster/events.ts';
import { evolve } from '../cluster/evolve.ts';
import { chooseOfFamily, poolsOf } from '../cluster/family-pools.ts';
import { inTheWay } from '../cluster/reconfigure.ts';
import { mayChoose } from '../cluster/restored.ts';
import type { NodeName } from '../identity/node-name.ts';
import { type Cidr, cidrFamily, overlaps } from '../ip/cidr.ts';
import { broken, type Found } from './broken.ts';
import { type ClusterMemory, isHeld, lengthOf, rememberCluster, type Tenancy } from './cluster-memory.ts';
import { ofJoining, ofNodeJoined } from './host-address-laws.ts';
import { ofIncarnationReplaced, ofNodeAttested } from './life-laws.ts';
import type { Seen } from './seen.ts';
import { ofExpired } from './ttl-laws.ts';

/** A held lease that has an address in common with the subnet. Those of one length are the same subnet or apart. */
const overlapping = ({ tenancies, lengths }: ClusterMemory, subnet: Cidr): Tenancy | undefined => {
  const same = tenancies.get(subnet);
  if (isHeld(same)) return same;
  if ([...lengths.keys()].every((length) => length === lengthOf(subnet))) return undefined;
  for (const [other, tenancy] of tenancies) if (isHeld(tenancy) && overlaps(other, subnet)) return tenancy;
  return undefined;
};

const ofSubnetLeased = (
  memory: ClusterMemory,
  { node, subnet, asOf, from, presented }: SubnetLeased,
): Found | undefined => {
  const held = overlapping(memory, subnet);
  if (held !== undefined) return broken('lease-disjoint', `${subnet} free`, `held by ${held.node}`, held.by);
  const family = cidrFamily(subnet);
  const { configuration, members } = memory.state;
  const member = members.get(node);
  if (member === undefined) return broken('lease-known', 'a node of the cluster', node);
  if (poolsOf(memory.state, family).length === 0)
    return broken('subnet-choice', 'a configured network', subnet);
  const own = member.leases.filter((lease) => cidrFamily(lease.subnet) === family).length;
  const most = configuration?.maxSubnetsPerNode ?? 1;
  if (own >= most && presented === undefined)
    return broken('subnets-per-node', `at most ${most} of a family`, `${own + 1}, with ${subnet}`);
  // Nobody chose it: pods ran in it already.
  if (from !== undefined || (presented !== undefined && presented === memory.state.epoch)) return undefined;
  if (E.isLeft(mayChoose(memory.state)))
    return broken('subnet-choice', 'a refusal: leasing is paused since the log was restored', subnet);
  const chosen = chooseOfFamily(memory.state, family, asOf);
  if (E.isRight(chosen) && chosen.right === subnet) return undefined;
  return broken('subnet-choice', E.isRight(chosen) ? chosen.right : 'a refusal: none is free', subnet);
};

const ofHeld = (memory: ClusterMemory, node: NodeName, subnet: Cidr): Found | undefined => {
  const tenancy = memory.tenancies.get(subnet);
  return isHeld(tenancy) && tenancy.node === node
    ? undefined
    : broken('lease-known', `a lease that ${node} holds`, subnet, tenancy?.by);
};

const ofNodeLeft = ({ state, tenancies }: ClusterMemory, { node }: NodeLeft): Found | undefined => {
  const [lease] = state.members.get(node)?.leases ?? [];
  return lease === undefined
    ? undefined
    : broken('lease-known', `${node} without a lease`, lease.subnet, tenancies.get(lease.subnet)?.by);
};

const ofLogRestored = ({ state }: ClusterMemory, { epoch, backup }: LogRestored): Found | undefined => {
  const last = state.epoch ?? backup.epoch;
  return epoch > last && backup.epoch >= (state.epoch ?? 0)
    ? undefined
    : broken('epoch-grows', `an epoch above ${last}`, `${epoch}, of a backup of epoch ${backup.epoch}`);
};

const ofClusterConfigured = (
  { state, tenancies }: ClusterMemory,
  configured: ClusterConfigured,
): Found | undefined => {
  const { configuration } = state;
  // What was given stays where it is.
  if (configuration !== undefined && sameNetworks(configuration, configured)) return undefined;
  const obstacles = inTheWay(state, configured);
  if (obstacles === undefined) return undefined;
  const { leases, hostAddresses, released, lacking } = obstacles;
  const places = [
    ...leases.map(({ subnet }) => subnet),
    ...hostAddresses.map(({ hostAddress }) => hostAddress),
    ...released,
    ...lacking,
  ];
  const [first] = leases;
  return broken(
    'configuration-fits',
    'networks in which all that was given has its place',
    `none for ${places.join(', ')}`,
    first && tenancies.get(first.subnet)?.by,
  );
};

const check = (memory: ClusterMemory, recorded: Seen<ClusterEvent>): Found | undefined => {
  const { event } = recorded;
  switch (event.type) {
    case 'SubnetLeased':
      return ofSubnetLeased(memory, event);
    case 'LeaseRevoked':
      return ofHeld(memory, event.node, event.subnet);
    case 'SubnetReleased':
      return ofHeld(memory, event.node, event.subnet) ?? ofExpired(memory, event);
    case 'NodeJoined':
      return ofNodeJoined(memory, { ...recorded, event });
    case 'NodeLeft':
      return ofNodeLeft(memory, event);
    case 'ClusterConfigured':
      return ofClusterConfigured(memory, event);
    case 'LeasingResumed':
    case 'NodePresented':
    case 'RequestRefused':
      return undefined;
    case 'LogRestored':
      return ofLogRestored(memory, event);
    case 'NodeAttested':
      return ofNodeAttested(memory, event);
    case 'IncarnationReplaced':
      return ofIncarnationReplaced(memory, event);
  }
};

/** Holds one more event of the cluster's stream against the laws, and records it: the law that it breaks, if any. */
export const holdClusterLaws = (memory: ClusterMemory, recorded: Seen<ClusterEvent>): Found | undefined => {
  const found = ofJoining(memory, recorded.event) ?? check(memory, recorded);
  rememberCluster(memory, recorded);
  memory.state = evolve(memory.state, recorded.event);
  return found;
};
