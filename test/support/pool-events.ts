import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { addressesAllocated, addressesReleased, ip, lanRanges } from './events.ts';
import { hostStreamOf } from './logged.ts';

const { type: _a, ...firstAllocated } = addressesAllocated('c1', '10.1.2.2');

/** Of what the programs of generation 4 write and older ones did not: what evio-ipam is about. */
export const poolSamples: ReadonlyArray<HostEvent> = [
  { type: 'PoolConfigured', network: 'lan', ranges: lanRanges },
  addressesAllocated('c1', '10.1.2.2'),
  addressesAllocated('c2', '10.1.2.5', {
    addresses: [
      {
        address: ip('10.1.2.5'),
        set: 0,
        choice: {
          by: 'policy',
          policy: 'round-robin/1',
          after: ip('10.1.2.3'),
          passedOver: [ip('10.1.2.4')],
        },
      },
      { address: ip('fd00:1::7'), set: 1, choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'web-0', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
    netns: { path: '/run/netns/c2', device: 4, inode: 4_026_532_000 },
  }),
  addressesAllocated('c3', '10.1.2.6', {
    addresses: [{ address: ip('10.1.2.6'), choice: { by: 'imported', from: 'host-local' } }],
  }),
  addressesReleased('c1', '10.1.2.2'),
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream: hostStreamOf('node-1'), revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: false,
    leaveRequested: false,
    clusterRevision: -1,
    held: [],
    pools: [],
    networks: [{ network: 'lan', ranges: lanRanges, last: [{ set: 0, address: ip('10.1.2.4') }] }],
    allocated: [{ ...firstAllocated, pod: { namespace: 'default', name: 'web-0' } }],
  },
];
