import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  cidr,
  configuration,
  configured,
  dualStack,
  hour,
  joined,
  leased,
  life,
  node,
  ofTwo,
  release,
  released,
  restored,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const elastic = { ...configuration, minReader: 6, maxSubnetsPerNode: 2 };

const leaseMore = (full: ReadonlyArray<string>, more: object = {}): ClusterCommand => ({
  type: 'lease-more',
  node: node('n1'),
  incarnation: life(1),
  full: full.map(cidr),
  asOf: hour(2),
  ...more,
});

const holds = [configured(elastic), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

test('a node that is full gets the next subnet, once for each request', (t) => {
  given(cluster, holds)
    .when(leaseMore(['10.244.0.0/24']))
    .decides(t, leased('n1', '10.244.1.0/24', hour(2)));
  given(cluster, holds)
    .when(leaseMore(['10.244.0.0/24']))
    .onceOnly(t);
});

test('no node gets more than the configuration allows', (t) => {
  const both = ['10.244.0.0/24', '10.244.1.0/24'];
  given(cluster, [...holds, leased('n1', '10.244.1.0/24')])
    .when(leaseMore(both))
    .refuses(t, { type: 'subnets-at-maximum', node: node('n1'), subnets: both.map(cidr), most: 2 });
  given(cluster, [configured(), ...holds.slice(1)])
    .when(leaseMore(['10.244.0.0/24']))
    .refuses(t, {
      type: 'subnets-at-maximum',
      node: node('n1'),
      subnets: [cidr('10.244.0.0/24')],
      most: 1,
    });
});

test('of two families only the full one is given to, and a family that is refused keeps none from the other', (t) => {
  const two = [
    configured({ ...dualStack, minReader: 6, maxSubnetsPerNode: 3 }),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', 'fd00:244::/64'),
  ];
  given(cluster, two)
    .when(leaseMore(['fd00:244::/64']))
    .decides(t, leased('n1', 'fd00:244:0:1::/64', hour(2)));
  const noneOfV4 = [...two, joined('n2', '10.10.0.2'), leased('n2', '10.244.128.0/17')];
  given(cluster, noneOfV4)
    .when(leaseMore(['10.244.0.0/17', 'fd00:244::/64']))
    .decides(t, leased('n1', 'fd00:244:0:1::/64', hour(2)));
});

test('a subnet that was given back is there again behind its quarantine', (t) => {
  const small = [
    configured({ ...ofTwo, minReader: 6, maxSubnetsPerNode: 2 }),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', '10.244.128.0/17'),
  ];
  given(cluster, small)
    .when(release('n1', hour(1), ['10.244.128.0/17']))
    .decides(t, released('n1', '10.244.128.0/17'));
  const back = [...small, released('n1', '10.244.128.0/17')];
  given(cluster, back)
    .when(leaseMore(['10.244.0.0/17']))
    .refuses(t, {
      type: 'no-free-subnet',
      podCidr: cidr('10.244.0.0/16'),
      capacity: 2,
      leased: 1,
      inQuarantine: 1,
      nextFreeAt: hour(25),
    });
  given(cluster, back)
    .when(leaseMore(['10.244.0.0/17'], { asOf: hour(26) }))
    .decides(t, leased('n1', '10.244.128.0/17', hour(26)));
});

test('another life, a stranger, a revoked lease and a restored log get nothing', (t) => {
  given(cluster, holds)
    .when(leaseMore(['10.244.0.0/24'], { incarnation: life(2) }))
    .refuses(t, {
      type: 'node-known',
      node: node('n1'),
      incarnation: life(1),
      refused: life(2),
      subnets: [cidr('10.244.0.0/24')],
    });
  given(cluster, holds)
    .when(leaseMore(['10.244.0.0/24'], { node: node('n9') }))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
  given(cluster, [...holds, revoked('n1', '10.244.0.0/24')])
    .when(leaseMore(['10.244.0.0/24']))
    .refuses(t, { type: 'lease-revoked', node: node('n1'), subnets: [cidr('10.244.0.0/24')] });
  given(cluster, [...holds, restored(2)])
    .when(leaseMore(['10.244.0.0/24']))
    .refuses(t, { type: 'leasing-paused', epoch: 2 });
});

test('who leaves gives back what it was leased and has not heard of, but only its own life does', (t) => {
  const more = [...holds, leased('n1', '10.244.1.0/24')];
  const all = { type: 'release', node: node('n1'), by: 'holder', asOf: hour(1) } as const;
  given(cluster, more)
    .when({ ...all, incarnation: life(1) })
    .decides(t, released('n1', '10.244.0.0/24'), released('n1', '10.244.1.0/24'));
  given(cluster, more)
    .when({ ...all, incarnation: life(2) })
    .refuses(t, {
      type: 'node-known',
      node: node('n1'),
      incarnation: life(1),
      refused: life(2),
      subnets: [cidr('10.244.0.0/24'), cidr('10.244.1.0/24')],
    });
});

test('more than one subnet needs programs that read what nodes write of it', (t) => {
  given(cluster, [configured()])
    .when({ type: 'configure', ...configuration, maxSubnetsPerNode: 2 })
    .refuses(t, { type: 'readers-too-old', minReader: 1, needed: 6 });
  given(cluster, [configured()])
    .when({ type: 'configure', ...elastic })
    .decides(t, configured(elastic));
  given(cluster, [configured()])
    .when({ type: 'configure', ...elastic })
    .onceOnly(t);
});
