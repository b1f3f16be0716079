import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import { capacities, holdingOf, holdings } from '../../../domain/cluster/queries.ts';
import { fold } from '../../../domain/decider.ts';
import {
  address,
  cidr,
  configured,
  dualStack,
  joined,
  leased,
  left,
  life,
  node,
  released,
  revoked,
} from '../../support/cluster.ts';

const both = [
  configured(dualStack),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/17'),
  leased('n1', 'fd00:244::/64'),
];

const first = {
  node: node('n1'),
  incarnation: life(1),
  hostAddress: address('10.10.0.1'),
  subnets: [cidr('10.244.0.0/17'), cidr('fd00:244::/64')],
  revoked: undefined,
  attested: undefined,
  continues: undefined,
};

test('a member’s holding', (t) => {
  t.deepEqual(holdingOf(fold(cluster, both), node('n1')), first);
});

test('a holding of which one subnet is revoked is revoked, with the reason', (t) => {
  const state = fold(cluster, [...both, revoked('n1', 'fd00:244::/64', 'renumbering')]);
  t.deepEqual(holdingOf(state, node('n1')), { ...first, revoked: 'renumbering' });
});

test('a released subnet is no longer in the holding, nor is its revocation', (t) => {
  const state = fold(cluster, [...both, revoked('n1', 'fd00:244::/64'), released('n1', 'fd00:244::/64')]);
  t.deepEqual(holdingOf(state, node('n1')), { ...first, subnets: [cidr('10.244.0.0/17')] });
});

test('who is not joined, or left, holds nothing', (t) => {
  const gone = fold(cluster, [configured(), joined('n1', '10.10.0.1'), left('n1')]);
  t.is(holdingOf(gone, node('n1')), undefined);
  t.is(holdingOf(gone, node('n9')), undefined);
});

test('all holdings, in the order of joining', (t) => {
  const state = fold(cluster, [...both, joined('n0', '10.10.0.2', life(2))]);
  const second = {
    node: node('n0'),
    incarnation: life(2),
    hostAddress: address('10.10.0.2'),
    subnets: [],
    revoked: undefined,
    attested: undefined,
    continues: undefined,
  };
  t.deepEqual(holdings(state), [first, second]);
});

test('capacity per family', (t) => {
  t.deepEqual(capacities(fold(cluster, [])), []);
  t.deepEqual(capacities(fold(cluster, [...both, released('n1', 'fd00:244::/64')])), [
    { podCidr: cidr('10.244.0.0/16'), capacity: 2, leased: 1, released: 0 },
    { podCidr: cidr('fd00:244::/48'), capacity: 65_536, leased: 0, released: 1 },
  ]);
});
