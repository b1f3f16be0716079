import test from 'ava';
import type { Law } from '../../../domain/verify/fault.ts';
import { configuration, configured, hour, leased, released } from '../../support/cluster.ts';
import { cidr, leaseObserved, podAdded, podDeleted } from '../../support/events.ts';
import { type Told, written } from '../../support/logged.ts';
import { beginning, cluster, host, requested, verify } from '../../support/told-history.ts';

const extra = cidr('10.244.1.0/24');

/** Behind the beginning a second subnet is leased, and learnt. */
const withExtra: ReadonlyArray<Told> = [
  ...beginning,
  cluster(configured({ ...configuration, minReader: 6, maxSubnetsPerNode: 2 })),
  cluster(leased('node-1', extra)),
  host({
    ...leaseObserved,
    subnets: [cidr('10.244.0.0/24'), extra],
    minReader: 6,
    maxSubnetsPerNode: 2,
    clusterRevision: 4,
  }),
];
const retired = host({ type: 'SubnetRetired', subnets: [extra] });
const surrendered = host({ type: 'LeaseSurrendered', subnets: [extra], leaving: false });
const inExtra = host(podAdded('c1', '10.244.1.9', { addresses: [requested('10.244.1.9')] }));

test('an extra subnet is leased, emptied, retired, surrendered, and the lease goes on', (t) => {
  const { fault, breach } = verify(
    written(
      ...withExtra,
      inExtra,
      host(podAdded('c2', '10.244.0.2')),
      host(podDeleted('c1', '10.244.1.9')),
      retired,
      surrendered,
      cluster(released('node-1', extra, hour(1))),
      host(podAdded('c3', '10.244.0.3')),
    ),
  );
  t.deepEqual([fault, breach], [undefined, undefined]);
});

const breaches: ReadonlyArray<readonly [string, Law, ReadonlyArray<Told>]> = [
  [
    'another subnet for a node that may have one',
    'subnets-per-node',
    [...beginning, cluster(leased('node-1', extra))],
  ],
  [
    'a subnet retired that the node keeps',
    'retired-empty',
    [...beginning, host({ type: 'SubnetRetired', subnets: leaseObserved.subnets })],
  ],
  ['an extra subnet retired in which a pod is', 'retired-empty', [...withExtra, inExtra, retired]],
  ['an extra subnet surrendered that was not retired', 'retired-empty', [...withExtra, surrendered]],
  ['an address given of what was retired', 'allocation-in-lease', [...withExtra, retired, inExtra]],
];

for (const [what, law, history] of breaches) {
  test(`${what} breaks the law ${law}`, (t) => {
    const { breach } = verify(written(...history));
    t.is(breach?.law, law);
    t.is(breach?.position, history.length - 1);
  });
}
