import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type {
  AddressesAllocated,
  AddressesReleased,
  HostEvent,
  PodAdded,
  PodDeleted,
  PodWired,
} from '../../domain/host/events.ts';
import type { RangeSets } from '../../domain/host/ipam/range-sets.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Uuid } from '../../domain/identity/uuid.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';

/** Short spellings for values that tests state as text. */
export const ip = (text: string): IpAddress => text as IpAddress;
export const cidr = (text: string): Cidr => text as Cidr;
export const nodeName = (text: string): NodeName => text as NodeName;
export const uuid = (text: string): Uuid => text as Uuid;

export const incarnation = uuid('0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b');

export const leaseObserved: Extract<HostEvent, { type: 'LeaseObserved' }> = {
  type: 'LeaseObserved',
  subnets: [cidr('10.244.0.0/24')],
  hostAddress: ip('10.10.0.1'),
  podCidrs: [cidr('10.244.0.0/16')],
  hostCidr: cidr('10.10.0.0/16'),
  clusterRevision: 2,
};

export const podAdded = (containerId: string, address: string, more: Partial<PodAdded> = {}): PodAdded => ({
  type: 'PodAdded',
  network: 'evio',
  containerId,
  ifname: 'eth0',
  netns: { path: `/run/netns/${containerId}`, device: 4, inode: 4_026_532_000 },
  addresses: [{ address: ip(address), choice: { by: 'policy', policy: 'next-free/1' } }],
  mac: `0a:58:${address
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join(':')}`,
  mtu: 1410,
  hostIfname: `evio${containerId}`.slice(0, 15),
  requestId: `request-${containerId}`,
  commandId: `command-${containerId}`,
  ...more,
});

export const podWired = (containerId: string): PodWired => ({
  type: 'PodWired',
  network: 'evio',
  containerId,
  ifname: 'eth0',
});

export const podDeleted = (
  containerId: string,
  address: string,
  reason: PodDeleted['reason'] = 'deleted',
): PodDeleted => ({
  type: 'PodDeleted',
  network: 'evio',
  containerId,
  ifname: 'eth0',
  addresses: [ip(address)],
  reason,
});

/** The pool of a network `lan` that evio-ipam serves: 10.1.2.1 to .6, the first the gateway. */
export const lanRanges: RangeSets = [
  [{ subnet: cidr('10.1.2.0/29'), first: ip('10.1.2.1'), last: ip('10.1.2.6'), gateway: ip('10.1.2.1') }],
];

export const addressesAllocated = (
  containerId: string,
  address: string,
  more: Partial<AddressesAllocated> = {},
): AddressesAllocated => ({
  type: 'AddressesAllocated',
  network: 'lan',
  containerId,
  ifname: 'eth0',
  folder: '/var/lib/cni/networks/lan',
  addresses: [{ address: ip(address), set: 0, choice: { by: 'policy', policy: 'round-robin/1' } }],
  requestId: `request-${containerId}`,
  ...more,
});

export const addressesReleased = (
  containerId: string,
  address: string,
  reason: AddressesReleased['reason'] = 'deleted',
): AddressesReleased => ({
  type: 'AddressesReleased',
  network: 'lan',
  containerId,
  ifname: 'eth0',
  addresses: [ip(address)],
  reason,
});

/** One event of every type from the start, with every optional key present in some. */
export const samples: ReadonlyArray<HostEvent | ClusterEvent> = [
  { type: 'HostStarted', bootId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e' },
  { type: 'JoinRequested', node: nodeName('node-1'), publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh' },
  leaseObserved,
  { type: 'FenceObserved', reason: 'node-1 is being replaced', clusterRevision: 7 },
  { type: 'LeaveRequested' },
  { type: 'LeaseSurrendered', subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')], leaving: true },
  podAdded('c1', '10.244.0.2', {
    addresses: [
      { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
      { address: ip('fd00:244::7'), choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'web-0', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
  }),
  podWired('c1'),
  podDeleted('c1', '10.244.0.2'),
  {
    type: 'ClusterConfigured',
    podCidrs: [
      { cidr: cidr('10.244.0.0/16'), nodeBits: 8 },
      { cidr: cidr('fd00:244::/48'), nodeBits: 16 },
    ],
    hostCidr: cidr('10.10.0.0/15'),
    quarantineSeconds: 86_400,
    minReader: 1,
  },
  {
    type: 'NodeJoined',
    node: nodeName('node-1'),
    incarnation,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    hostAddress: ip('10.10.0.1'),
  },
  {
    type: 'SubnetLeased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.0.0/24'),
    asOf: '2026-03-01T08:00:00.000Z',
  },
  {
    type: 'LeaseRevoked',
    node: nodeName('node-1'),
    subnet: cidr('10.244.0.0/24'),
    reason: 'node-1 is being replaced',
  },
  {
    type: 'SubnetReleased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.0.0/24'),
    by: 'holder',
    asOf: '2026-03-01T09:00:00.000Z',
  },
  { type: 'NodeLeft', node: nodeName('node-1'), asOf: '2026-03-01T09:00:00.000Z' },
];
