import type { IpAddress } from '../ip/address.ts';
import { contains } from '../ip/cidr.ts';
import { emptyPool, giveBack, type Pool, take } from '../ip/pool.ts';
import { podAddresses } from '../ip/row.ts';
import { attachmentKey } from './attachment.ts';
import { restoreCarried } from './carried-state.ts';
import type {
  HostEvent,
  LeaseObserved,
  LeaseSurrendered,
  PodAdded,
  PodDeleted,
  SubnetRetired,
} from './events.ts';
import { noExtra } from './extra-subnets.ts';
import { configurePool, recordAllocated, recordReleased } from './ipam/state.ts';
import { onTheWayBack, stillGiving } from './retire-subnets.ts';
import type { HostState } from './state.ts';

const poolOf = (state: HostState, address: IpAddress): Pool | undefined => {
  for (const [subnet, pool] of state.pools) if (contains(subnet, address)) return pool;
  return undefined;
};

const observeLease = (
  state: HostState,
  { type: _, clusterRevision, epoch, ...lease }: LeaseObserved,
): void => {
  state.epoch = epoch ?? state.epoch;
  state.lease = { ...lease, subnets: stillGiving(lease.subnets, state.extra) };
  state.extra = onTheWayBack(state.extra, lease.subnets);
  state.fence = undefined;
  state.clusterRevision = clusterRevision;
  for (const subnet of state.lease.subnets) {
    if (!state.pools.has(subnet)) state.pools.set(subnet, emptyPool(podAddresses(subnet)));
  }
};

const addPod = (state: HostState, { type: _, ...added }: PodAdded): void => {
  const key = attachmentKey(added);
  state.attachments.set(key, { ...added, status: 'reserved' });
  for (const { address } of added.addresses) {
    const pool = poolOf(state, address);
    if (pool !== undefined) take(pool, address, key);
  }
};

const deletePod = (state: HostState, deleted: PodDeleted): void => {
  state.attachments.delete(attachmentKey(deleted));
  for (const address of deleted.addresses) {
    const pool = poolOf(state, address);
    if (pool !== undefined) giveBack(pool, address, '');
  }
};

const surrender = (state: HostState, { subnets }: LeaseSurrendered): void => {
  const { extra, lease } = state;
  // What still gives is not surrendered but with the whole lease.
  if (lease?.subnets.some((subnet) => !subnets.includes(subnet))) {
    state.extra = {
      ...extra,
      retired: extra.retired.filter((subnet) => !subnets.includes(subnet)),
      surrendered: [...extra.surrendered, ...subnets],
    };
  } else {
    state.lease = undefined;
    state.extra = noExtra;
    state.fence = undefined;
    state.joinRequested = false;
  }
  for (const subnet of subnets) state.pools.delete(subnet);
};

const retire = (state: HostState, { subnets }: SubnetRetired): void => {
  const { lease, extra } = state;
  if (lease === undefined) return;
  state.lease = { ...lease, subnets: lease.subnets.filter((subnet) => !subnets.includes(subnet)) };
  state.extra = { ...extra, retired: [...extra.retired, ...subnets] };
};

/** Records what happened; chooses nothing. Changes and returns the state it is given. */
export const evolve = (state: HostState, event: HostEvent): HostState => {
  switch (event.type) {
    case 'HostStarted':
      state.bootId = event.bootId;
      return state;
    case 'JoinRequested':
      state.joinRequested = true;
      state.leaveRequested = false;
      return state;
    case 'IncarnationContinued':
    case 'LeaseRenewed':
      return state;
    case 'LeaseObserved':
      observeLease(state, event);
      return state;
    case 'FenceObserved':
      state.fence = event.reason;
      state.clusterRevision = event.clusterRevision;
      return state;
    case 'LeaveRequested':
      state.leaveRequested = true;
      return state;
    case 'LeaseSurrendered':
      surrender(state, event);
      return state;
    case 'LeasePresented':
      state.epoch = event.epoch;
      state.clusterRevision = event.clusterRevision;
      return state;
    case 'SubnetRequested':
      state.extra = { ...state.extra, requested: event.full };
      return state;
    case 'SubnetRetired':
      retire(state, event);
      return state;
    case 'PodAdded':
      addPod(state, event);
      return state;
    case 'PodWired': {
      const key = attachmentKey(event);
      const attachment = state.attachments.get(key);
      if (attachment !== undefined) state.attachments.set(key, { ...attachment, status: 'attached' });
      return state;
    }
    case 'PodDeleted':
      deletePod(state, event);
      return state;
    case 'PoolConfigured':
      configurePool(state.networks, event.network, event.ranges);
      return state;
    case 'AddressesAllocated': {
      const { type: _, ...allocated } = event;
      recordAllocated(state.networks, allocated);
      return state;
    }
    case 'AddressesReleased':
      recordReleased(state.networks, event, event.addresses);
      return state;
    case 'EraClosed':
      state.closed = true;
      return state;
    case 'EraOpened':
      return restoreCarried(event);
  }
};
