import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { Cidr } from '../ip/cidr.ts';
import { podAddresses } from '../ip/row.ts';
import { restorePool, StoredPool, storePool } from '../ip/stored-pool.ts';
import { jsonState } from '../snapshot/json-state.ts';
import { attachmentKey } from './attachment.ts';
import { LeaseObserved, PodAdded } from './events.ts';
import { ExtraSubnets } from './extra-subnets.ts';
import { CarriedAllocation, CarriedNetwork } from './ipam/events.ts';
import { carriedPools, restorePools } from './ipam/state.ts';
import type { Attachment, HostState } from './state.ts';

/** What came from an event stands in that event's own shape: it has a codec already, and always the current one. */
const StoredHostState = t.exact(
  t.intersection([
    t.type({
      era: Integer,
      closed: t.boolean,
      joinRequested: t.boolean,
      leaveRequested: t.boolean,
      clusterRevision: Integer,
      extra: ExtraSubnets,
      /** In the order of the map: a reboot releases them in it. */
      attachments: t.readonlyArray(t.tuple([PodAdded, t.keyof({ reserved: null, attached: null })])),
      pools: t.readonlyArray(t.tuple([Cidr, StoredPool])),
      networks: t.readonlyArray(CarriedNetwork),
      allocated: t.readonlyArray(CarriedAllocation),
    }),
    t.partial({ bootId: t.string, lease: LeaseObserved, fence: t.string, epoch: Integer }),
  ]),
);
type StoredHostState = t.TypeOf<typeof StoredHostState>;

const store = (state: HostState): StoredHostState => {
  const { era, closed, bootId, joinRequested, leaveRequested, lease, fence, clusterRevision } = state;
  return {
    era,
    closed,
    ...(bootId === undefined ? {} : { bootId }),
    joinRequested,
    leaveRequested,
    ...(lease === undefined ? {} : { lease: { type: 'LeaseObserved', ...lease, clusterRevision } }),
    ...(fence === undefined ? {} : { fence }),
    clusterRevision,
    extra: state.extra,
    ...(state.epoch === undefined ? {} : { epoch: state.epoch }),
    attachments: [...state.attachments.values()].map(({ status, ...added }) => [
      { type: 'PodAdded', ...added },
      status,
    ]),
    pools: [...state.pools].map(([subnet, pool]) => [subnet, storePool(pool)]),
    ...carriedPools(state.networks),
  };
};

const restoreLease = ({ type: _, clusterRevision: _r, ...lease }: LeaseObserved): HostState['lease'] => lease;

const restore = (stored: StoredHostState): HostState => ({
  era: stored.era,
  closed: stored.closed,
  bootId: stored.bootId,
  joinRequested: stored.joinRequested,
  leaveRequested: stored.leaveRequested,
  lease: stored.lease && restoreLease(stored.lease),
  extra: stored.extra,
  fence: stored.fence,
  clusterRevision: stored.clusterRevision,
  epoch: stored.epoch,
  attachments: new Map(
    stored.attachments.map(([{ type: _, ...added }, status]): [string, Attachment] => [
      attachmentKey(added),
      { ...added, status },
    ]),
  ),
  pools: new Map(
    stored.pools.map(([subnet, pool]) => [subnet, restorePool(podAddresses(subnet), pool)] as const),
  ),
  networks: restorePools(stored.networks, stored.allocated),
});

/** A host's state between two lives of its agent. */
export const hostStateCodec = jsonState('host', StoredHostState, store, restore);
