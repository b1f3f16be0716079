import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { LifeHead } from './events.ts';
import type { Contested } from './presented-events.ts';
import { type ClusterState, lifeKey, type Member } from './state.ts';

/** What one member holds. */
export type Holding = {
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  readonly hostAddress: IpAddress;
  /** One per family, IPv4 first; empty between a release and the next lease. */
  readonly subnets: ReadonlyArray<Cidr>;
  /** Why the cluster wants one of the subnets back; `undefined` while all are simply leased. */
  readonly revoked: string | undefined;
  /** Why an operator says that this life is destroyed. */
  readonly attested: string | undefined;
  /** Where the life ended that this one replaced. */
  readonly continues: LifeHead | undefined;
};

const holding = (
  node: NodeName,
  { incarnation, hostAddress, leases, attested, continues }: Member,
): Holding => ({
  node,
  incarnation,
  hostAddress,
  subnets: leases.map(({ subnet }) => subnet),
  revoked: leases.find(({ revoked }) => revoked !== undefined)?.revoked,
  attested,
  continues,
});

/** `undefined` for a node that is not joined. The holding is that of the incarnation it names, of no other. */
export const holdingOf = (state: Readonly<ClusterState>, node: NodeName): Holding | undefined => {
  const member = state.members.get(node);
  return member === undefined ? undefined : holding(node, member);
};

/** Which of these subnets are leased to another node now. */
export const leasedElsewhere = (
  { pools }: Readonly<ClusterState>,
  node: NodeName,
  subnets: ReadonlyArray<Cidr>,
): ReadonlyArray<{ readonly subnet: Cidr; readonly holder: string }> =>
  subnets.flatMap((subnet) => {
    const holder = pools?.subnets.find((pool) => pool.held.has(subnet))?.held.get(subnet);
    return holder === undefined || holder === node ? [] : [{ subnet, holder }];
  });

/** In the order of joining. */
export const holdings = (state: Readonly<ClusterState>): ReadonlyArray<Holding> =>
  [...state.members].map(([node, member]) => holding(node, member));

/** How far the nodes have presented their leases to a log that was restored. */
export type RestoredView = {
  readonly epoch: number;
  /** Nothing is chosen until an operator ends it. */
  readonly paused: boolean;
  /** Members that have not presented yet. */
  readonly awaited: ReadonlyArray<NodeName>;
  readonly contested: ReadonlyArray<
    { readonly node: NodeName; readonly incarnation: Incarnation } & Contested
  >;
};

/** `undefined` where the log was never restored, or nobody has to do anything about it any more. */
export const restoredView = (state: Readonly<ClusterState>): RestoredView | undefined => {
  const { epoch, members, presented } = state;
  const paused = epoch !== state.resumed;
  const contested = [...presented.values()].flatMap(({ node, incarnation, contested }) =>
    contested.map((contest) => ({ node, incarnation, ...contest })),
  );
  if (epoch === undefined || (!paused && contested.length === 0)) return undefined;
  const awaited = paused
    ? [...members].flatMap(([node, { incarnation }]) =>
        presented.has(lifeKey(node, incarnation)) ? [] : [node],
      )
    : [];
  return { epoch, paused, awaited, contested };
};

export type Capacity = {
  readonly podCidr: Cidr;
  readonly capacity: number;
  readonly leased: number;
  /** Released and not leased again, in quarantine or past it. */
  readonly released: number;
};

/** One per pod CIDR; empty before the cluster is configured. */
export const capacities = ({ configuration, pools }: Readonly<ClusterState>): ReadonlyArray<Capacity> =>
  (configuration?.podCidrs ?? []).flatMap(({ cidr }, i) => {
    const pool = pools?.subnets[i];
    return pool === undefined
      ? []
      : [
          {
            podCidr: cidr,
            capacity: Number(pool.row.count),
            leased: pool.held.size,
            released: pool.returned.live.size,
          },
        ];
  });
