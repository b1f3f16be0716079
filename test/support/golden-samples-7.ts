import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { cidr, leaseObserved, nodeName } from './events.ts';
import { stream } from './golden-samples.ts';

const { type: _l, clusterRevision: _r, ...lease } = leaseObserved;

/** What the programs of generation 7 write and older ones did not. */
export const samples7: ReadonlyArray<HostEvent | ClusterEvent> = [
  {
    type: 'ClusterConfigured',
    podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 8 }],
    hostCidr: cidr('10.10.0.0/16'),
    quarantineSeconds: 86_400,
    minReader: 7,
    leaseTtlSeconds: 3600,
  },
  { ...leaseObserved, minReader: 7, leaseTtlSeconds: 3600 },
  { type: 'LeaseRenewed' },
  {
    type: 'SubnetReleased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.0.0/24'),
    by: 'ttl',
    asOf: '2026-03-01T09:15:00.000Z',
    heardAt: '2026-03-01T08:00:00.000Z',
  },
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 9,
    held: [],
    pools: [{ subnet: cidr('10.244.0.0/24'), returned: [], next: '0' }],
    lease: { ...lease, minReader: 7, leaseTtlSeconds: 3600 },
  },
];
