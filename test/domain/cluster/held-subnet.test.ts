import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { HeldSubnets } from '../../../domain/import-source.ts';
import {
  cidr,
  configured,
  dualStack,
  hour,
  join,
  joined,
  leased,
  left,
  life,
  node,
  publicKey,
  released,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const held = (...subnets: ReadonlyArray<string>): HeldSubnets => ({
  subnets: subnets.map(cidr),
  from: 'etcd',
});
const joinWith = (name: string, subnet: string, asOf = hour(0)): ClusterCommand => ({
  type: 'join',
  node: node(name),
  incarnation: life(1),
  publicKey,
  held: held(subnet),
  asOf,
});
const one = [
  configured(),
  joined('n1', '10.10.0.1'),
  { ...leased('n1', '10.244.37.0/24'), from: 'etcd' as const },
];

test('a node whose pods use a subnet already is leased that one, once', (t) => {
  given(cluster, [configured()])
    .when(joinWith('n1', '10.244.37.0/24'))
    .decides(t, ...one.slice(1));
  given(cluster, [configured()]).when(joinWith('n1', '10.244.37.0/24')).onceOnly(t);
});

test('what is taken over is given to nobody else, and the policy goes on as if it were given', (t) => {
  const zero = [
    configured(),
    joined('n1', '10.10.0.1'),
    { ...leased('n1', '10.244.0.0/24'), from: 'etcd' as const },
  ];
  given(cluster, zero).when(join('n2')).decides(t, joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24'));
});

test('a family in which no pod runs gets its subnet by policy', (t) => {
  given(cluster, [configured(dualStack)])
    .when(joinWith('n1', '10.244.128.0/17'))
    .decides(
      t,
      joined('n1', '10.10.0.1'),
      { ...leased('n1', '10.244.128.0/17'), from: 'etcd' },
      leased('n1', 'fd00:244::/64'),
    );
});

test('a member that gave its subnet back may ask for one by name, too', (t) => {
  given(cluster, [...one, released('n1', '10.244.37.0/24')])
    .when({
      type: 'lease',
      node: node('n1'),
      incarnation: life(1),
      held: held('10.244.9.0/24'),
      asOf: hour(2),
    })
    .decides(t, { ...leased('n1', '10.244.9.0/24', hour(2)), from: 'etcd' });
});

test('a subnet that another node holds, or held, is refused', (t) => {
  const refusal = { type: 'subnet-taken', node: node('n2'), subnet: cidr('10.244.37.0/24') } as const;
  given(cluster, one)
    .when(joinWith('n2', '10.244.37.0/24'))
    .refuses(t, { ...refusal, holder: 'n1' });
  given(cluster, [...one, released('n1', '10.244.37.0/24'), left('n1')])
    .when(joinWith('n2', '10.244.37.0/24', hour(1000)))
    .refuses(t, { ...refusal, holder: undefined });
});

test('what is no node subnet of the cluster is refused', (t) => {
  for (const subnet of ['10.245.0.0/24', '10.244.0.0/23', '10.244.0.0/25']) {
    given(cluster, [configured()])
      .when(joinWith('n1', subnet))
      .refuses(t, {
        type: 'subnet-not-of-cluster',
        node: node('n1'),
        subnet: cidr(subnet),
        podCidr: cidr('10.244.0.0/16'),
        length: 24,
      });
  }
});
