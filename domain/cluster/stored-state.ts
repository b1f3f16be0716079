import * as t from 'io-ts';
import { NodeName } from '../identity/node-name.ts';
import { Integer } from '../integer.ts';
import { Cidr } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import { hostAddresses, nodeSubnets, type Row } from '../ip/row.ts';
import { restorePool, StoredPool, storePool } from '../ip/stored-pool.ts';
import { jsonState } from '../snapshot/json-state.ts';
import type { ClusterConfiguration } from './configuration.ts';
import { ClusterConfigured, LifeHead, NodeJoined, NodePresented, RequestRefused } from './events.ts';
import { type ClusterState, type Lease, lifeKey, type Member, type Pools } from './state.ts';

const StoredLease = t.exact(t.intersection([t.type({ subnet: Cidr }), t.partial({ revoked: t.string })]));

/** Of the few members whose life was attested, replaced another, or lost a lease by its TTL. */
const StoredLife = t.exact(
  t.partial({ attested: t.string, continues: LifeHead, expired: t.readonlyArray(Cidr) }),
);

/** Absent: nobody attested that life. */
const StoredPresented = t.intersection([NodePresented, t.exact(t.partial({ attested: t.string }))]);

/** What came from an event stands in that event's own shape: it has a codec already, and always the current one. */
const StoredClusterState = t.exact(
  t.intersection([
    t.type({
      /** In the order of joining. */
      members: t.readonlyArray(t.tuple([NodeJoined, t.readonlyArray(StoredLease), StoredLife])),
      departed: t.readonlyArray(NodeName),
      presented: t.readonlyArray(StoredPresented),
    }),
    t.partial({
      /** Absent: none, as of `refusals`. */
      replaced: t.readonlyArray(t.string),
      refusals: t.readonlyArray(RequestRefused),
      latest: t.string,
      epoch: Integer,
      resumed: Integer,
      configured: t.strict({
        as: ClusterConfigured,
        /** One per `podCidrs`, then that of the host addresses. */
        subnets: t.readonlyArray(StoredPool),
        hostAddresses: StoredPool,
      }),
    }),
  ]),
);
type StoredClusterState = t.TypeOf<typeof StoredClusterState>;
type StoredConfigured = NonNullable<StoredClusterState['configured']>;

const storeConfigured = ({ configuration, pools }: ClusterState): Pick<StoredClusterState, 'configured'> =>
  configuration === undefined || pools === undefined
    ? {}
    : {
        configured: {
          as: { type: 'ClusterConfigured', ...configuration },
          subnets: pools.subnets.map(storePool),
          hostAddresses: storePool(pools.hostAddresses),
        },
      };

const store = (state: ClusterState): StoredClusterState => ({
  ...storeConfigured(state),
  members: [...state.members].map(([node, { leases, attested, continues, expired, ...member }]) => [
    { type: 'NodeJoined', node, ...member },
    leases.map(({ subnet, revoked }) => ({ subnet, ...(revoked === undefined ? {} : { revoked }) })),
    {
      ...(attested === undefined ? {} : { attested }),
      ...(continues && { continues }),
      ...(expired && { expired }),
    },
  ]),
  departed: [...state.departed],
  presented: [...state.presented.values()].map((one) => ({ type: 'NodePresented', ...one })),
  ...(state.replaced.size === 0 ? {} : { replaced: [...state.replaced] }),
  ...(state.refusals.size === 0
    ? {}
    : { refusals: [...state.refusals.values()].map((one) => ({ type: 'RequestRefused' as const, ...one })) }),
  ...(state.latest === undefined ? {} : { latest: state.latest }),
  ...(state.epoch === undefined ? {} : { epoch: state.epoch }),
  ...(state.resumed === undefined ? {} : { resumed: state.resumed }),
});

const restorePools = ({ as, subnets, hostAddresses: ofHosts }: StoredConfigured): Pools => {
  const rows: ReadonlyArray<Row> = as.podCidrs.map(({ cidr, nodeBits }) => nodeSubnets(cidr, nodeBits));
  return {
    subnets: rows.flatMap((row, i): ReadonlyArray<Pool> => {
      const pool = subnets[i];
      return pool === undefined ? [] : [restorePool(row, pool)];
    }),
    hostAddresses: restorePool(hostAddresses(as.hostCidr), ofHosts),
  };
};

const restoreMember = (
  { type: _, node, ...member }: NodeJoined,
  leases: ReadonlyArray<t.TypeOf<typeof StoredLease>>,
  known: t.TypeOf<typeof StoredLife>,
): [NodeName, Member] => [
  node,
  { ...member, ...known, leases: leases.map(({ subnet, revoked }): Lease => ({ subnet, revoked })) },
];

const restoreConfiguration = ({ type: _, ...configuration }: ClusterConfigured): ClusterConfiguration =>
  configuration;

const restore = ({
  configured,
  members,
  departed,
  presented,
  replaced = [],
  refusals = [],
  latest,
  epoch,
  resumed,
}: StoredClusterState): ClusterState => ({
  configuration: configured && restoreConfiguration(configured.as),
  pools: configured && restorePools(configured),
  members: new Map(members.map(([joined, leases, known]) => restoreMember(joined, leases, known))),
  departed: new Set(departed),
  presented: new Map(presented.map(({ type: _, ...one }) => [lifeKey(one.node, one.incarnation), one])),
  replaced: new Set(replaced),
  refusals: new Map(refusals.map(({ type: _, ...one }) => [one.incarnation, one])),
  latest,
  epoch,
  resumed,
});

/** The cluster's state between two lives of its allocator. */
export const clusterStateCodec = jsonState('cluster', StoredClusterState, store, restore);
