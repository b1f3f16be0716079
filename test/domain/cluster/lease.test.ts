import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  cidr,
  configured,
  dualStack,
  hour,
  joined,
  lease,
  leased,
  left,
  life,
  node,
  released,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const one = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];
const returned = [...one, released('n1', '10.244.0.0/24', hour(1))];

test('a member whose lease was released gets the next subnet', (t) => {
  given(cluster, returned)
    .when(lease('n1', hour(2)))
    .decides(t, leased('n1', '10.244.1.0/24', hour(2)));
});

test('leasing twice is leasing once', (t) =>
  given(cluster, returned)
    .when(lease('n1', hour(2)))
    .onceOnly(t));

test('a member with a live lease keeps it', (t) =>
  given(cluster, one)
    .when(lease('n1', hour(500)))
    .decides(t));

test('only the family that is missing is leased', (t) => {
  const both = [
    configured(dualStack),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', 'fd00:244::/64'),
    released('n1', 'fd00:244::/64'),
  ];
  given(cluster, both)
    .when(lease('n1', hour(2)))
    .decides(t, leased('n1', 'fd00:244:0:1::/64', hour(2)));
});

test('a member whose lease is revoked and not yet released is refused', (t) => {
  given(cluster, [...one, revoked('n1', '10.244.0.0/24')])
    .when(lease('n1', hour(2)))
    .refuses(t, { type: 'lease-revoked', node: node('n1'), subnets: [cidr('10.244.0.0/24')] });
});

test('a member whose revoked lease was released may lease again', (t) => {
  given(cluster, [...one, revoked('n1', '10.244.0.0/24'), released('n1', '10.244.0.0/24')])
    .when(lease('n1', hour(2)))
    .decides(t, leased('n1', '10.244.1.0/24', hour(2)));
});

test('another life of the node is refused', (t) => {
  given(cluster, returned)
    .when(lease('n1', hour(2), life(2)))
    .refuses(t, {
      type: 'node-known',
      node: node('n1'),
      incarnation: life(1),
      refused: life(2),
      subnets: [],
    });
});

test('a node that is not joined is refused', (t) => {
  given(cluster, [configured()])
    .when(lease('n9'))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
  given(cluster, [...returned, left('n1')])
    .when(lease('n1'))
    .refuses(t, { type: 'unknown-node', node: node('n1') });
});

test('nothing is leased before the cluster is configured', (t) => {
  given(cluster, []).when(lease('n1')).refuses(t, { type: 'not-configured' });
});
