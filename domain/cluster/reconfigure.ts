import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import { carryOver } from '../ip/carry-over.ts';
import { type Cidr, cidrFamily } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import { hasPlace, hostAddresses, nodeSubnets } from '../ip/row.ts';
import type { WantedConfiguration } from './configuration.ts';
import type { ClusterState, Pools } from './state.ts';

type Networks = Pick<WantedConfiguration, 'podCidrs' | 'hostCidr'>;

const returnedOf = ({ returned }: Pool): ReadonlyArray<string> => [...returned.live.keys()];

/** The first generation of programs that keeps what is held when the networks change, and that knows several pod CIDRs of a family. */
export const networksReader = 6;

/** Whether an older program would give again what is held in these networks, or choose from one of a family's pod CIDRs alone. */
export const needsNetworksReader = (
  { pools, members }: Readonly<ClusterState>,
  { podCidrs }: Networks,
): boolean => {
  const families = new Set(podCidrs.map(({ cidr }) => cidrFamily(cidr)));
  const own = pools === undefined ? [] : [...pools.subnets, pools.hostAddresses];
  return (
    members.size > 0 || own.some((pool) => returnedOf(pool).length > 0) || families.size < podCidrs.length
  );
};

/** What of a cluster in use a new configuration has no place for. */
export type InTheWay = {
  readonly leases: ReadonlyArray<{ readonly node: NodeName; readonly subnet: Cidr }>;
  readonly hostAddresses: ReadonlyArray<{ readonly node: NodeName; readonly hostAddress: IpAddress }>;
  /** Subnets and host addresses that were given back: forgotten, they would be given again within their quarantine. */
  readonly released: ReadonlyArray<string>;
  /** Members without a subnet of a family that the configuration has. */
  readonly lacking: ReadonlyArray<NodeName>;
};

const rowsOf = ({ podCidrs }: Networks) => podCidrs.map(({ cidr, nodeBits }) => nodeSubnets(cidr, nodeBits));

/** What keeps the cluster from having these networks; `undefined` when nothing does. */
export const inTheWay = (
  { pools, members }: Readonly<ClusterState>,
  networks: Networks,
): InTheWay | undefined => {
  const rows = rowsOf(networks);
  const hosts = hostAddresses(networks.hostCidr);
  const isSubnet = (place: string): boolean => rows.some((row) => hasPlace(row, place));
  const families = new Set(networks.podCidrs.map(({ cidr }) => cidrFamily(cidr)));
  const leases = [...members].flatMap(([node, member]) =>
    member.leases.flatMap(({ subnet }) => (isSubnet(subnet) ? [] : [{ node, subnet }])),
  );
  const strangers = [...members].flatMap(([node, { hostAddress }]) =>
    hasPlace(hosts, hostAddress) ? [] : [{ node, hostAddress }],
  );
  const released = [
    ...(pools?.subnets ?? []).flatMap(returnedOf).filter((place) => !isSubnet(place)),
    ...(pools === undefined ? [] : returnedOf(pools.hostAddresses)).filter(
      (place) => !hasPlace(hosts, place),
    ),
  ];
  const lacking = [...members].flatMap(([node, member]) => {
    const own = new Set(member.leases.map(({ subnet }) => cidrFamily(subnet)));
    return own.size > 0 && [...families].some((family) => !own.has(family)) ? [node] : [];
  });
  return leases.length + strangers.length + released.length + lacking.length === 0
    ? undefined
    : { leases, hostAddresses: strangers, released, lacking };
};

/** The pools of new networks, with all that was held and returned in the old ones. */
export const poolsFor = (networks: Networks, earlier: Pools | undefined): Pools => ({
  subnets: rowsOf(networks).map((row) => carryOver(row, earlier?.subnets ?? [])),
  hostAddresses: carryOver(
    hostAddresses(networks.hostCidr),
    earlier === undefined ? [] : [earlier.hostAddresses],
  ),
});

/** Whether nothing is taken away: who is in the old networks, known to the log or not, is in the new ones. */
export const isWider = (current: Networks, wanted: Networks): boolean =>
  current.hostCidr === wanted.hostCidr &&
  current.podCidrs.every(({ cidr, nodeBits }) =>
    wanted.podCidrs.some((other) => other.cidr === cidr && other.nodeBits === nodeBits),
  );
