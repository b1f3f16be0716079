import test from 'ava';
import type { Law } from '../../../domain/verify/fault.ts';
import { configuration, configured, hour, released, revoked } from '../../support/cluster.ts';
import { type Told, written } from '../../support/logged.ts';
import { beginning, cluster, verify } from '../../support/told-history.ts';

const subnet = '10.244.0.0/24';
const withTtl = cluster(configured({ ...configuration, minReader: 7, leaseTtlSeconds: 14_400 }));
const takenBack = cluster(revoked('node-1', subnet));
const byTtl = (heardAt: string) => cluster({ ...released('node-1', subnet, hour(6), 'ttl'), heardAt });

test('a lease whose holder was silent is taken back, then released by its TTL', (t) => {
  const { fault, breach } = verify(written(...beginning, withTtl, takenBack, byTtl(hour(1))));
  t.deepEqual([fault, breach], [undefined, undefined]);
});

const breaches: ReadonlyArray<readonly [string, ReadonlyArray<Told>]> = [
  ['before TTL and margin are over', [withTtl, takenBack, byTtl(hour(1.01))]],
  ['that nobody took back before', [withTtl, byTtl(hour(1))]],
  ['in a cluster without a TTL', [takenBack, byTtl(hour(1))]],
  [
    'without a word of when its holder was heard of',
    [withTtl, takenBack, cluster(released('node-1', subnet, hour(6), 'ttl'))],
  ],
];
const law: Law = 'lease-expired';

for (const [what, history] of breaches)
  test(`a lease released by its TTL ${what} breaks the law ${law}`, (t) => {
    t.is(verify(written(...beginning, ...history)).breach?.law, law);
  });
