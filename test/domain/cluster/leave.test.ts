import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  cidr,
  configured,
  hour,
  join,
  joined,
  leased,
  leave,
  left,
  life,
  node,
  released,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const one = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];
const returned = [...one, released('n1', '10.244.0.0/24', hour(1))];

test('a node that holds nothing leaves', (t) => {
  given(cluster, returned)
    .when(leave('n1', hour(2)))
    .decides(t, left('n1', hour(2)));
});

test('leaving twice is leaving once', (t) =>
  given(cluster, returned)
    .when(leave('n1', hour(2)))
    .onceOnly(t));

test('a node that still holds a subnet does not leave, be it revoked or not', (t) => {
  const refusal = { type: 'lease-held', node: node('n1'), subnets: [cidr('10.244.0.0/24')] } as const;
  given(cluster, one).when(leave('n1')).refuses(t, refusal);
  given(cluster, [...one, revoked('n1', '10.244.0.0/24')])
    .when(leave('n1'))
    .refuses(t, refusal);
});

test('a node that never joined is refused', (t) => {
  given(cluster, one)
    .when(leave('n9'))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
});

test('a node that joined again leaves again', (t) => {
  const again = [
    ...returned,
    left('n1', hour(1)),
    joined('n1', '10.10.0.2', life(2)),
    leased('n1', '10.244.1.0/24', hour(2)),
    released('n1', '10.244.1.0/24', hour(3)),
  ];
  given(cluster, again)
    .when(leave('n1', hour(4)))
    .decides(t, left('n1', hour(4)));
  given(cluster, [...again, left('n1', hour(4))])
    .when(join('n1', hour(5), life(3)))
    .decides(t, joined('n1', '10.10.0.3', life(3)), leased('n1', '10.244.2.0/24', hour(5)));
});
