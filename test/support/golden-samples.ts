import { sha256 } from '../../adapters/system/sha256.ts';
import type { AuditEvent } from '../../domain/audit/events.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { LogIdentified } from '../../domain/log/events.ts';
import { cidr, incarnation, ip, leaseObserved, nodeName, podAdded, podDeleted } from './events.ts';
import { poolSamples } from './pool-events.ts';

export const stream = `host-evio:node-1:${incarnation}`;

/** What the programs of generation 2 write and older ones did not. */
export const samples2: ReadonlyArray<HostEvent | ClusterEvent> = [
  { ...leaseObserved, minReader: 2 },
  podAdded('c1', '10.244.0.2', {
    addresses: [
      { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
      { address: ip('fd00:244::7'), choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'web-0', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
  }),
  podAdded('c2', '10.244.0.3', {
    addresses: [{ address: ip('10.244.0.3'), choice: { by: 'imported', from: 'host-local' } }],
  }),
  podAdded('c3', '10.244.0.4', {
    addresses: [{ address: ip('10.244.0.4'), choice: { by: 'imported', from: 'etcd' } }],
  }),
  {
    type: 'JoinRequested',
    node: nodeName('node-1'),
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    held: { subnets: [cidr('10.244.37.0/24')], from: 'etcd' },
  },
  {
    type: 'SubnetLeased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.37.0/24'),
    asOf: '2026-03-01T08:00:00.000Z',
    from: 'etcd',
  },
  { type: 'HostStarted', bootId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e', clockSynchronised: true },
];

const { type: _p, ...firstHeld } = podAdded('c1', '10.244.0.2');
const { type: _l, clusterRevision: _r, ...lease } = leaseObserved;

/** What the programs of generation 3 write and older ones did not. */
export const samples3: ReadonlyArray<HostEvent | ClusterEvent | AuditEvent> = [
  {
    type: 'PayloadRedacted',
    position: 812,
    stream,
    revision: 40,
    id: '33333333-3333-5333-8333-333333333333',
    redacted: ['pod'],
    reason: 'request 4711',
    remainingHash: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  },
  { type: 'EraClosed', head: { revision: 99_999, hash: sha256('the event before') } },
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 2,
    held: [
      { ...firstHeld, status: 'attached', pod: { namespace: 'default', name: 'web-0' } },
      {
        ...firstHeld,
        containerId: 'c2',
        addresses: [{ address: ip('10.244.0.4'), choice: { by: 'requested' } }],
        status: 'reserved',
      },
    ],
    pools: [
      {
        subnet: cidr('10.244.0.0/24'),
        returned: [
          { first: ip('10.244.0.5'), count: 2, since: '' },
          { first: ip('10.244.0.3'), count: 1, since: '' },
        ],
        next: '5',
      },
      { subnet: cidr('10.244.9.0/29'), returned: [{ first: ip('10.244.9.2'), count: 5, since: '' }] },
    ],
    bootId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e',
    lease: { ...lease, minReader: 3 },
    fence: 'node-1 is being replaced',
  },
  {
    type: 'EraOpened',
    era: 3,
    previous: { stream: `${stream}:2`, revision: 1, hash: sha256('EraClosed') },
    joinRequested: false,
    leaveRequested: false,
    clusterRevision: -1,
    held: [],
    pools: [],
  },
];

const delegated = podAdded('c5', '10.244.0.6', {
  addresses: [{ address: ip('10.244.0.6'), choice: { by: 'delegated', plugin: 'host-local' } }],
});
const adopted = podAdded('c6', '10.244.0.7', {
  addresses: [{ address: ip('10.244.0.7'), choice: { by: 'imported', from: 'adoption' } }],
});
const { type: _d, ...heldDelegated } = delegated;
const { type: _a, ...heldAdopted } = adopted;

const hints = { machine: sha256('machine-id'), kubernetesNode: '7d2f6f0c-5f0e-4b39-9d0a-2f3b0c5d7e11' };
const former = '4d1f8a52-0c3b-4a8e-9d57-6a2b1c0d9e8f' as typeof incarnation;
const formerHead = { stream: `host-evio:node-1:${former}:2`, revision: 41, hash: sha256('the last one') };

/** What the programs of generation 6 write and older ones did not. */
export const samples6: ReadonlyArray<ClusterEvent | HostEvent> = [
  {
    type: 'JoinRequested',
    node: nodeName('node-1'),
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    hints,
    replace: true,
  },
  {
    type: 'NodeJoined',
    node: nodeName('node-1'),
    incarnation,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    hostAddress: ip('10.10.0.1'),
    hints,
  },
  {
    type: 'NodeAttested',
    node: nodeName('node-1'),
    incarnation: former,
    reason: 'the disk was shredded, ticket 4711',
  },
  {
    type: 'IncarnationReplaced',
    node: nodeName('node-1'),
    incarnation,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    previous: former,
    hints,
    head: formerHead,
  },
  {
    type: 'IncarnationReplaced',
    node: nodeName('node-1'),
    incarnation,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    previous: former,
  },
  { type: 'IncarnationContinued', ...formerHead },
  {
    type: 'ClusterConfigured',
    podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 8 }],
    hostCidr: cidr('10.10.0.0/16'),
    quarantineSeconds: 86_400,
    minReader: 6,
    maxSubnetsPerNode: 4,
  },
  { ...leaseObserved, minReader: 6, maxSubnetsPerNode: 4, epoch: 3 },
  { type: 'SubnetRequested', full: [cidr('10.244.0.0/24')] },
  { type: 'SubnetRetired', subnets: [cidr('10.244.7.0/24')] },
  { type: 'LeaseSurrendered', subnets: [cidr('10.244.7.0/24')], leaving: false },
  {
    type: 'LeasePresented',
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    subnets: [cidr('10.244.0.0/24')],
    hostAddress: ip('10.10.0.1'),
    epoch: 3,
    known: 57,
    clusterRevision: 40,
  },
  {
    type: 'SubnetLeased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.0.0/24'),
    asOf: '2026-03-01T08:00:00.000Z',
    presented: 3,
  },
  {
    type: 'NodePresented',
    node: nodeName('node-1'),
    incarnation,
    epoch: 3,
    contested: [{ place: '10.244.7.0/24', holder: nodeName('node-2') }, { place: '10.250.0.0/24' }],
  },
  {
    type: 'RequestRefused',
    node: nodeName('node-1'),
    incarnation,
    request: '33333333-3333-5333-8333-333333333333',
    failure: 'no-free-subnet',
    reason: 'podCidr 10.244.0.0/16 has no free subnet: 250 of 256 are leased, 6 in quarantine',
    remedy: 'ask again after 2026-03-01T08:00:00.000Z',
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
    lease: { ...lease, minReader: 6, maxSubnetsPerNode: 4 },
    extra: {
      requested: [cidr('10.244.0.0/24')],
      retired: [cidr('10.244.7.0/24')],
      surrendered: [cidr('10.244.8.0/24')],
    },
    epoch: 3,
  },
];

/** What the programs of generation 5 write and older ones did not. */
export const samples5: ReadonlyArray<ClusterEvent | LogIdentified> = [
  { type: 'LogIdentified', logId: incarnation, epoch: 3 },
  { type: 'LogRestored', epoch: 3, backup: { epoch: 2, position: 100_000 } },
  { type: 'LeasingResumed', reason: 'every lease is in the list again' },
  { type: 'LogIdentified', logId: incarnation, epoch: 3, backup: { epoch: 2, position: 100_000 } },
];

/** What the programs of generation 4 write and older ones did not. */
export const samples4: ReadonlyArray<HostEvent | ClusterEvent> = [
  { ...leaseObserved, minReader: 4 },
  delegated,
  adopted,
  podDeleted('c6', '10.244.0.7', 'leaked'),
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 2,
    held: [
      { ...heldDelegated, status: 'attached' },
      { ...heldAdopted, status: 'attached' },
    ],
    pools: [{ subnet: cidr('10.244.0.0/24'), returned: [], next: '0' }],
    lease: { ...lease, minReader: 4 },
  },
  ...poolSamples,
];
