import test from 'ava';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { ip, leaseObserved, podAdded, podDeleted } from '../support/events.ts';
import { decodedAt, readGolden, sealedFor, stream } from '../support/golden.ts';

/* As `golden.test.ts`, of what the programs of generation 4 write and older ones did not. */

const golden4 = await readGolden('events-v4.json');
const { type: _p, ...held } = podAdded('c1', '10.244.0.2');
const { type: _l, clusterRevision: _r, ...lease } = leaseObserved;

const samples4: ReadonlyArray<HostEvent> = [
  podAdded('c1', '10.244.0.2', {
    addresses: [{ address: ip('10.244.0.2'), choice: { by: 'imported', from: 'adoption' } }],
  }),
  podDeleted('c1', '10.244.0.2', 'leaked'),
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 4, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 2,
    held: [
      {
        ...held,
        addresses: [{ address: ip('10.244.0.2'), choice: { by: 'imported', from: 'adoption' } }],
        status: 'attached',
      },
    ],
    pools: [],
    lease: { ...lease, minReader: 4 },
  },
];

test('the events of generation 4 are stored as the golden file has them, byte for byte', (t) => {
  t.deepEqual(sealedFor(4, samples4), golden4);
});

test('the golden file of generation 4 has versions of its own, and older readers get none of what it says', (t) => {
  const schemas = golden4.map(({ metadata }) => (JSON.parse(metadata) as { readonly schema: number }).schema);
  t.deepEqual(schemas, [3, 2, 2]);
  t.deepEqual(golden4.map(decodedAt), samples4);
  for (const sample of samples4)
    t.throws(() => sealedFor(3, [sample]), { message: /^no version of \w+ for readers of 3 says this$/ });
});
