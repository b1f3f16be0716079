import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  configured,
  dualStack,
  joined,
  leased,
  left,
  node,
  released,
  revoke,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const both = [
  configured(dualStack),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/17'),
  leased('n1', 'fd00:244::/64'),
];

test('every subnet that the node holds is revoked', (t) => {
  given(cluster, both)
    .when(revoke('n1', 'moved'))
    .decides(t, revoked('n1', '10.244.0.0/17', 'moved'), revoked('n1', 'fd00:244::/64', 'moved'));
});

test('revoking twice is revoking once', (t) => given(cluster, both).when(revoke('n1')).onceOnly(t));

test('the first reason stands', (t) => {
  given(cluster, [...both, revoked('n1', '10.244.0.0/17', 'first')])
    .when(revoke('n1', 'second'))
    .decides(t, revoked('n1', 'fd00:244::/64', 'second'));
});

test('there is nothing to revoke when nothing is held', (t) => {
  const returned = [...both, released('n1', '10.244.0.0/17'), released('n1', 'fd00:244::/64')];
  given(cluster, returned).when(revoke('n1')).decides(t);
  given(cluster, [...returned, left('n1')])
    .when(revoke('n1'))
    .decides(t);
});

test('a node that never joined is refused', (t) => {
  given(cluster, both)
    .when(revoke('n9'))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
});
