import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterConfiguration } from '../../domain/cluster/configuration.ts';
import type {
  ClusterConfigured,
  ClusterEvent,
  IncarnationReplaced,
  LeaseRevoked,
  LogRestored,
  NodeAttested,
  NodeJoined,
  NodeLeft,
  NodePresented,
  SubnetLeased,
  SubnetReleased,
} from '../../domain/cluster/events.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';

export const node = (name: string) => name as NodeName;
export const cidr = (text: string) => text as Cidr;
export const address = (text: string) => text as IpAddress;

/** The `n`-th life of anything. */
export const life = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as Incarnation;

/** A stamp, so many hours after some midnight. */
export const hour = (hours: number) =>
  new Date(Date.parse('2026-03-01T00:00:00.000Z') + hours * 3_600_000).toISOString();

export const publicKey = 'y5l6Cd0Df9uyVz0XdZAWH0cmGvAP8Q5Qp0k5d1vX1b0=';

/** 256 nodes, a day of quarantine. */
export const configuration: ClusterConfiguration = {
  podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 8 }],
  hostCidr: cidr('10.10.0.0/16'),
  quarantineSeconds: 86_400,
  minReader: 1,
};

/** Both families: two subnets of IPv4, 65,536 of IPv6. */
export const dualStack: ClusterConfiguration = {
  ...configuration,
  podCidrs: [
    { cidr: cidr('10.244.0.0/16'), nodeBits: 1 },
    { cidr: cidr('fd00:244::/48'), nodeBits: 16 },
  ],
};

/** Room for two nodes only. */
export const ofTwo: ClusterConfiguration = {
  ...configuration,
  podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 1 }],
  hostCidr: cidr('10.10.0.0/30'),
};

export const configured = (as: ClusterConfiguration = configuration): ClusterConfigured => ({
  type: 'ClusterConfigured',
  ...as,
});

export const joined = (name: string, hostAddress: string, incarnation = life(1)): NodeJoined => ({
  type: 'NodeJoined',
  node: node(name),
  incarnation,
  publicKey,
  hostAddress: address(hostAddress),
});

export const leased = (name: string, subnet: string, asOf = hour(0)): SubnetLeased => ({
  type: 'SubnetLeased',
  node: node(name),
  subnet: cidr(subnet),
  asOf,
});

export const revoked = (name: string, subnet: string, reason = 'moved'): LeaseRevoked => ({
  type: 'LeaseRevoked',
  node: node(name),
  subnet: cidr(subnet),
  reason,
});

export const released = (
  name: string,
  subnet: string,
  asOf = hour(1),
  by: SubnetReleased['by'] = 'holder',
): SubnetReleased => ({ type: 'SubnetReleased', node: node(name), subnet: cidr(subnet), by, asOf });

export const left = (name: string, asOf = hour(1)): NodeLeft => ({
  type: 'NodeLeft',
  node: node(name),
  asOf,
});

export const restored = (epoch: number, backup = { epoch: epoch - 1, position: 7 }): LogRestored => ({
  type: 'LogRestored',
  epoch,
  backup,
});

/** Of epoch 2. */
export const presented = (name: string, ...contested: NodePresented['contested']): NodePresented => ({
  type: 'NodePresented',
  node: node(name),
  incarnation: life(1),
  epoch: 2,
  contested,
});

export const present = (
  name: string,
  subnets: ReadonlyArray<string>,
  hostAddress: string,
  more: object = {},
): Extract<ClusterCommand, { readonly type: 'present' }> => ({
  type: 'present',
  node: node(name),
  incarnation: life(1),
  publicKey,
  subnets: subnets.map(cidr),
  hostAddress: address(hostAddress),
  epoch: 2,
  asOf: hour(2),
  ...more,
});

/** Leased in epoch 2 to who had it before. */
export const again = (name: string, subnet: string, asOf = hour(2)): ClusterEvent => ({
  ...leased(name, subnet, asOf),
  presented: 2,
});

/** All that was contested was given back. */
export const settled = (name: string, asOf: string): ClusterEvent => ({ ...presented(name), asOf });

export const attested = (name: string, reason = 'scrapped', incarnation = life(1)): NodeAttested => ({
  type: 'NodeAttested',
  node: node(name),
  incarnation,
  reason,
});

export const replaced = (
  name: string,
  incarnation = life(2),
  previous = life(1),
  more: Partial<IncarnationReplaced> = {},
): IncarnationReplaced => ({
  type: 'IncarnationReplaced',
  node: node(name),
  incarnation,
  publicKey,
  previous,
  ...more,
});

export const attest = (name: string, reason = 'scrapped', incarnation?: Incarnation): ClusterCommand => ({
  type: 'attest',
  node: node(name),
  reason,
  ...(incarnation && { incarnation }),
});

export const releaseDestroyed = (name: string, asOf = hour(1)): ClusterCommand => ({
  type: 'release-destroyed',
  node: node(name),
  asOf,
});

const silence = (name: string, heardAt: string, asOf: string, incarnation: Incarnation) => ({
  node: node(name),
  incarnation,
  heardAt,
  ttlSeconds: 0,
  asOf,
});

/** Counts by the cluster's TTL, not by one of its own. */
export const expire = (
  name: string,
  heardAt: string,
  asOf: string,
  incarnation = life(1),
): Extract<ClusterCommand, { readonly type: 'expire' }> => ({
  type: 'expire',
  ...silence(name, heardAt, asOf, incarnation),
});

export const releaseExpired = (
  name: string,
  heardAt: string,
  asOf: string,
  incarnation = life(1),
): Extract<ClusterCommand, { readonly type: 'release-expired' }> => ({
  type: 'release-expired',
  ...silence(name, heardAt, asOf, incarnation),
});

export const join = (name: string, asOf = hour(0), incarnation = life(1)): ClusterCommand => ({
  type: 'join',
  node: node(name),
  incarnation,
  publicKey,
  asOf,
});

export const lease = (name: string, asOf = hour(0), incarnation = life(1)): ClusterCommand => ({
  type: 'lease',
  node: node(name),
  incarnation,
  asOf,
});

export const revoke = (name: string, reason = 'moved'): ClusterCommand => ({
  type: 'revoke',
  node: node(name),
  reason,
});

export const release = (name: string, asOf = hour(1), subnets?: ReadonlyArray<string>): ClusterCommand => ({
  type: 'release',
  node: node(name),
  by: 'holder',
  asOf,
  ...(subnets === undefined ? {} : { subnets: subnets.map(cidr) }),
});

export const leave = (name: string, asOf = hour(1)): ClusterCommand => ({
  type: 'leave',
  node: node(name),
  asOf,
});

/** A cluster of one node, as the backup knows it that its log was restored from. */
export const known: ReadonlyArray<ClusterEvent> = [
  configured({ ...configuration, minReader: 6 }),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/24'),
];
export const behindRestore: ReadonlyArray<ClusterEvent> = [...known, restored(2)];
