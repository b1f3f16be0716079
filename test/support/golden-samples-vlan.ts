import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { podAdded } from './events.ts';
import { stream } from './golden-samples.ts';

const { type: _, ...held } = podAdded('c1', '10.244.0.2', { vlan: 100 });

/** What is written of a pod in a VLAN: a key that may be absent, for readers of any generation. */
export const vlanSamples: ReadonlyArray<HostEvent> = [
  { type: 'PodAdded', ...held },
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 9,
    held: [{ ...held, status: 'attached' }],
    pools: [],
  },
];

/** The same of a trunk, alone and beside a VLAN. */
export const trunkSamples: ReadonlyArray<HostEvent> = [
  podAdded('c2', '10.244.0.3', { trunk: [{ first: 100, last: 200 }] }),
  podAdded('c3', '10.244.0.4', {
    vlan: 7,
    trunk: [
      { first: 9, last: 9 },
      { first: 4000, last: 4094 },
    ],
  }),
];
