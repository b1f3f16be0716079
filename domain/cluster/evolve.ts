import type { NodeName } from '../identity/node-name.ts';
import type { Cidr } from '../ip/cidr.ts';
import { giveBack, type Pool, take } from '../ip/pool.ts';
import { hasPlace } from '../ip/row.ts';
import { sameNetworks } from './configuration.ts';
import { quarantineUnheld } from './contests.ts';
import type {
  ClusterConfigured,
  ClusterEvent,
  IncarnationReplaced,
  NodeAttested,
  SubnetLeased,
  SubnetReleased,
} from './events.ts';
import { later } from './quarantine.ts';
import { poolsFor } from './reconfigure.ts';
import { recordRefusal, settleRefusals } from './refuse.ts';
import { type ClusterState, type Lease, lifeKey } from './state.ts';

/** New pools only for new networks: what is held and what was released outlives every change. */
const configure = (state: ClusterState, { type: _, ...configuration }: ClusterConfigured): void => {
  if (state.configuration === undefined || !sameNetworks(state.configuration, configuration)) {
    state.pools = poolsFor(configuration, state.pools);
  }
  state.configuration = configuration;
};

const subnetPool = (state: ClusterState, subnet: Cidr): Pool | undefined =>
  state.pools?.subnets.find((pool) => hasPlace(pool.row, subnet));

const changeLeases = (
  state: ClusterState,
  node: NodeName,
  change: (leases: ReadonlyArray<Lease>) => ReadonlyArray<Lease>,
): void => {
  const member = state.members.get(node);
  if (member !== undefined) state.members.set(node, { ...member, leases: change(member.leases) });
};

/** A life asks for a lease only when nothing of it uses the one before. */
const lease = (state: ClusterState, { node, subnet }: SubnetLeased): void => {
  const member = state.members.get(node);
  if (member === undefined) return;
  const { expired: _, ...known } = member;
  state.members.set(node, { ...known, leases: [...member.leases, { subnet, revoked: undefined }] });
};

const release = (state: ClusterState, { node, subnet, by }: SubnetReleased): void => {
  changeLeases(state, node, (leases) => leases.filter((one) => one.subnet !== subnet));
  const member = state.members.get(node);
  if (by !== 'ttl' || member === undefined) return;
  state.members.set(node, { ...member, expired: [...(member.expired ?? []), subnet] });
};

/** What a node has is contested no longer. */
const settle = ({ presented, members }: ClusterState, { node, subnet }: SubnetLeased): void => {
  const member = members.get(node);
  if (member === undefined) return;
  const life = lifeKey(node, member.incarnation);
  const one = presented.get(life);
  if (one === undefined) return;
  const contested = one.contested.filter(({ place }) => place !== subnet);
  presented.set(life, { ...one, contested });
};

const leave = (state: ClusterState, node: NodeName, at: string): void => {
  const member = state.members.get(node);
  if (member !== undefined && state.pools !== undefined) {
    giveBack(state.pools.hostAddresses, member.hostAddress, at);
  }
  state.members.delete(node);
  // Another life of the node may have said that it uses something, and uses it still.
  if (member !== undefined) state.presented.delete(lifeKey(node, member.incarnation));
  state.departed.add(node);
};

/** A life that is no member may have presented what it uses. */
const attest = ({ members, presented }: ClusterState, event: NodeAttested): void => {
  const { node, incarnation, reason: attested } = event;
  const member = members.get(node);
  const life = lifeKey(node, incarnation);
  const said = presented.get(life);
  if (member?.incarnation === incarnation) members.set(node, { ...member, attested });
  else if (said !== undefined) presented.set(life, { ...said, attested });
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
  // What the life before said that it holds is no word of this one.
  const over = lifeKey(node, before.incarnation);
  state.presented.delete(over);
  state.replaced.add(over);
  state.replaced.delete(lifeKey(node, incarnation));
};

/** Records; changes and returns the state it is given. */
export const evolve = (state: ClusterState, event: ClusterEvent): ClusterState => {
  if (state.refusals.size > 0) settleRefusals(state, event);
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
      lease(state, event);
      settle(state, event);
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
      release(state, event);
      state.latest = later(state.latest, event.asOf);
      return state;
    }
    case 'NodeLeft':
      leave(state, event.node, event.asOf);
      state.latest = later(state.latest, event.asOf);
      return state;
    case 'LogRestored':
      state.epoch = event.epoch;
      state.presented.clear();
      return state;
    case 'NodePresented': {
      const { node, incarnation, epoch, contested, asOf } = event;
      const { contested: before = [], attested } = state.presented.get(lifeKey(node, incarnation)) ?? {};
      if (asOf !== undefined) {
        const settled = before.filter((one) => !contested.some(({ place }) => place === one.place));
        quarantineUnheld(state, settled, asOf);
        state.latest = later(state.latest, asOf);
      }
      state.presented.set(lifeKey(node, incarnation), {
        node,
        incarnation,
        epoch,
        contested,
        ...(attested !== undefined && { attested }),
      });
      return state;
    }
    case 'RequestRefused':
      recordRefusal(state, event);
      return state;
    case 'LeasingResumed':
      state.resumed = state.epoch;
      return state;
    case 'NodeAttested':
      attest(state, event);
      return state;
    case 'IncarnationReplaced':
      replace(state, event);
      return state;
  }
};
