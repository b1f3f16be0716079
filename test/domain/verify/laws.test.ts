import test from 'ava';
import type { Law } from '../../../domain/verify/fault.ts';
import { hour, joined, leased, left, released, restored, revoked } from '../../support/cluster.ts';
import { cidr, leaseObserved, nodeName, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { fenced, leaveRequested, surrendered } from '../../support/host.ts';
import { type Told, written } from '../../support/logged.ts';
import { beginning, cluster, host, imported, requested, verify } from '../../support/told-history.ts';

test('a life from joining to leaving and back holds', (t) => {
  const { fault, breach, keys } = verify(
    written(
      ...beginning,
      host(podAdded('c1', '10.244.0.2')),
      host(podWired('c1')),
      host(podAdded('c2', '10.244.0.9', { addresses: [requested('10.244.0.9')] })),
      host(podAdded('c3', '10.244.0.40', { addresses: [imported('10.244.0.40')] })),
      host(podDeleted('c1', '10.244.0.2')),
      host(podAdded('c4', '10.244.0.3')),
      host(leaveRequested),
      host(podDeleted('c2', '10.244.0.9')),
      host(podDeleted('c3', '10.244.0.40')),
      host(podDeleted('c4', '10.244.0.3')),
      host(surrendered(true)),
      cluster(released('node-1', '10.244.0.0/24', hour(1))),
      cluster(left('node-1', hour(1))),
      cluster(joined('node-2', '10.10.0.2')),
      cluster(leased('node-2', '10.244.1.0/24', hour(2))),
    ),
  );
  t.deepEqual([fault, breach], [undefined, undefined]);
  t.deepEqual(
    keys.map(({ node, event, position }) => [node, event, position]),
    [
      [nodeName('node-1'), 'JoinRequested', 2],
      [nodeName('node-1'), 'NodeJoined', 3],
      [nodeName('node-2'), 'NodeJoined', 19],
    ],
  );
});

/** What comes behind the beginning, the last of it against the law; then which events it contradicts. */
const breaches: ReadonlyArray<readonly [string, Law, ReadonlyArray<Told>, ReadonlyArray<number>]> = [
  [
    'a subnet leased twice',
    'lease-disjoint',
    [cluster(joined('node-2', '10.10.0.2')), cluster(leased('node-2', '10.244.0.0/24'))],
    [4],
  ],
  [
    'a subnet inside a leased one',
    'lease-disjoint',
    [cluster(joined('node-2', '10.10.0.2')), cluster(leased('node-2', '10.244.0.128/25'))],
    [4],
  ],
  [
    'a subnet that was not next',
    'subnet-choice',
    [cluster(joined('node-2', '10.10.0.2')), cluster(leased('node-2', '10.244.7.0/24'))],
    [],
  ],
  ['a lease to a node that never joined', 'lease-known', [cluster(leased('node-9', '10.244.1.0/24'))], []],
  ["another node's host address", 'host-address-once', [cluster(joined('node-2', '10.10.0.1'))], [3]],
  ['a release by who does not hold it', 'lease-known', [cluster(released('node-2', '10.244.0.0/24'))], [4]],
  [
    'a lease revoked after its release',
    'lease-known',
    [
      host(surrendered(false)),
      cluster(released('node-1', '10.244.0.0/24')),
      cluster(revoked('node-1', '10.244.0.0/24')),
    ],
    [4],
  ],
  [
    'a subnet chosen while leasing was paused',
    'subnet-choice',
    [
      cluster(joined('node-2', '10.10.0.2')),
      cluster(restored(2)),
      cluster(leased('node-2', '10.244.1.0/24')),
    ],
    [],
  ],
  ['a restored log of an old epoch', 'epoch-grows', [cluster(restored(2)), cluster(restored(2))], []],
  ['a node that leaves with its lease', 'lease-known', [cluster(left('node-1'))], [4]],
  [
    'a lease observed that was given to another',
    'lease-observed',
    [host({ ...leaseObserved, clusterRevision: 2 }, 'node-2')],
    [4],
  ],
  [
    'a lease observed that was never given',
    'lease-observed',
    [host({ ...leaseObserved, subnets: [cidr('10.244.9.0/24')] })],
    [],
  ],
  [
    'a lease observed ahead of the cluster',
    'lease-observed',
    [host({ ...leaseObserved, clusterRevision: 40 })],
    [],
  ],
  [
    'an attachment added twice',
    'attachment-once',
    [host(podAdded('c1', '10.244.0.2')), host(podAdded('c1', '10.244.0.3'))],
    [6],
  ],
  ['an address outside the lease', 'allocation-in-lease', [host(podAdded('c1', '10.244.3.2'))], [5]],
  [
    'an address asked for outside the lease',
    'allocation-in-lease',
    [host(podAdded('c1', '10.244.3.2', { addresses: [requested('10.244.3.2')] }))],
    [5],
  ],
  [
    'an address given while the lease is taken back',
    'allocation-in-lease',
    [host(podAdded('c1', '10.244.0.2')), host(fenced), host(podAdded('c2', '10.244.0.3'))],
    [7],
  ],
  [
    'an address given after the surrender',
    'allocation-in-lease',
    [host(surrendered(false)), host(podAdded('c1', '10.244.0.2'))],
    [6],
  ],
  [
    'an address given twice',
    'address-once',
    [host(podAdded('c1', '10.244.0.2')), host(podAdded('c2', '10.244.0.2'))],
    [6],
  ],
  [
    'an imported address that is held',
    'address-once',
    [
      host(podAdded('c1', '10.244.0.2')),
      host(podAdded('c2', '10.244.0.2', { addresses: [imported('10.244.0.2')] })),
    ],
    [6],
  ],
  ['an address that was not next', 'address-choice', [host(podAdded('c1', '10.244.0.7'))], []],
  [
    'an address that is never given',
    'address-choice',
    [host(podAdded('c1', '10.244.0.1', { addresses: [requested('10.244.0.1')] }))],
    [],
  ],
  ['an attachment wired that was never added', 'attachment-known', [host(podWired('c1'))], []],
  [
    'an attachment deleted that was never added',
    'attachment-known',
    [host(podDeleted('c1', '10.244.0.2'))],
    [],
  ],
  [
    'an attachment deleted with another address',
    'attachment-known',
    [host(podAdded('c1', '10.244.0.2')), host(podDeleted('c1', '10.244.0.3'))],
    [6],
  ],
  [
    'a lease surrendered with a pod in it',
    'surrender-empty',
    [host(podAdded('c1', '10.244.0.2')), host(surrendered(false))],
    [6],
  ],
];

for (const [what, law, behind, involved] of breaches) {
  test(`${what} breaks the law ${law}, and is named with what it contradicts`, (t) => {
    const log = written(...beginning, ...behind);
    const last = log.at(-1);
    const { fault, breach, events } = verify(log);
    t.is(fault, undefined);
    t.is(events, log.length);
    t.like(breach, {
      law,
      position: last?.position,
      id: last?.id,
      stream: last?.stream,
      revision: last?.revision,
    });
    t.deepEqual(
      breach?.involved,
      involved.map((position) => ({ position, id: log[position]?.id ?? '' })),
    );
  });
}
