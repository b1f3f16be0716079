import type { NodeName } from '../identity/node-name.ts';
import { type Cidr, cidrFamily } from '../ip/cidr.ts';
import { emptyPool, giveBack, type Pool, take } from '../ip/pool.ts';
import { hostAddresses, nodeSubnets } from '../ip/row.ts';
import { sameNetworks } from './configuration.ts';
import type { ClusterConfigured, ClusterEvent, IncarnationReplaced } from './events.ts';
import { later } from './quarantine.ts';
import type { ClusterState, Lease } from './state.ts';

/** New pools only for new networks: what is held and what was released outlives a change of the quarantine. */
const configure = (state: ClusterState, { type: _, ...configuration }: ClusterConfigured): void => {
  if (state.configuration === undefined || !sameNetworks(state.configuration, configuration)) {
    state.pools = {
      subnets: configuration.podCidrs.map(({ cidr, nodeBits }) => emptyPool(nodeSubnets(cidr, nodeBits))),
      hostAddresses: emptyPool(hostAddresses(configuration.hostCidr)),
    };
  }
  state.configuration = configuration;
};

const subnetPool = (state: ClusterState, subnet: Cidr): Pool | undefined =>
  state.pools?.subnets.find((pool) => pool.row.family === cidrFamily(subnet));

const changeLeases = (
  state: ClusterState,
  node: NodeName,
  change: (leases: ReadonlyArray<Lease>) => ReadonlyArray<Lease>,
): void => {
  const member = state.members.get(node);
  if (member !== undefined) state.members.set(node, { ...member, leases: change(member.leases) });
};

const leave = (state: ClusterState, node: NodeName, at: string): void => {
  const member = state.members.get(node);
  if (member !== undefined && state.pools !== undefined) {
    giveBack(state.pools.hostAddresses, member.hostAddress, at);
  }
  state.members.delete(node);
  state.departed.add(node);
};

const replace = (state: ClusterState, event: IncarnationReplaced): void => {
  const { node, incarnation, publicKey, hints, head } = event;
  const before = state.members.get(node);
  if (before === undefined) return;
  const { hostAddress, leases } = before;
  state.members.set(node, {
    incarnation,
    publicKey,
    hostAddress,
    leases,
    ...(hints && { hints }),
    ...(head && { continues: head }),
  });
};

/** Records; changes and returns the state it is given. */
export const evolve = (state: ClusterState, event: ClusterEvent): ClusterState => {
  switch (event.type) {
    case 'ClusterConfigured':
      configure(state, event);
      return state;
    case 'NodeJoined': {
      const { node, incarnation, publicKey, hostAddress, hints } = event;
      if (state.pools !== undefined) take(state.pools.hostAddresses, hostAddress, node);
      state.members.set(node, { incarnation, publicKey, hostAddress, leases: [], ...(hints && { hints }) });
      state.departed.delete(node);
      return state;
    }
    case 'SubnetLeased': {
      const pool = subnetPool(state, event.subnet);
      if (pool !== undefined) take(pool, event.subnet, event.node);
      changeLeases(state, event.node, (leases) => [...leases, { subnet: event.subnet, revoked: undefined }]);
      state.latest = later(state.latest, event.asOf);
      return state;
    }
    case 'LeaseRevoked':
      changeLeases(state, event.node, (leases) =>
        leases.map((lease) => (lease.subnet === event.subnet ? { ...lease, revoked: event.reason } : lease)),
      );
      return state;
    case 'SubnetReleased': {
      const pool = subnetPool(state, event.subnet);
      if (pool !== undefined) giveBack(pool, event.subnet, event.asOf);
      changeLeases(state, event.node, (leases) => leases.filter(({ subnet }) => subnet !== event.subnet));
      state.latest = later(state.latest, event.asOf);
      return state;
    }
    case 'NodeLeft':
      leave(state, event.node, event.asOf);
      state.latest = later(state.latest, event.asOf);
      return state;
    case 'LogRestored':
      state.epoch = event.epoch;
      return state;
    case 'LeasingResumed':
      state.resumed = state.epoch;
      return state;
    case 'NodeAttested': {
      const member = state.members.get(event.node);
      if (member !== undefined) state.members.set(event.node, { ...member, attested: event.reason });
      return state;
    }
    case 'IncarnationReplaced':
      replace(state, event);
      return state;
  }
};
