import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  cidr,
  configured,
  dualStack,
  hour,
  join,
  joined,
  leased,
  leave,
  left,
  life,
  node,
  ofTwo,
  release,
  released,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const one = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

test('the first node gets the lowest subnet and host address, in one decision', (t) => {
  given(cluster, [configured()])
    .when(join('n1', hour(3)))
    .decides(t, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24', hour(3)));
});

test('the next node gets the next ones', (t) => {
  given(cluster, one).when(join('n2')).decides(t, joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24'));
});

test('with two families a node gets a subnet of each', (t) => {
  given(cluster, [configured(dualStack)])
    .when(join('n1'))
    .decides(t, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/17'), leased('n1', 'fd00:244::/64'));
});

test('joining twice is joining once', (t) => given(cluster, [configured()]).when(join('n1')).onceOnly(t));

test('the same life of a node keeps what it has, much later as well', (t) => {
  given(cluster, one)
    .when(join('n1', hour(9_000)))
    .decides(t);
});

test('the same life of a node gets no new lease by joining when it gave its own back', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24')])
    .when(join('n1', hour(99)))
    .decides(t);
});

test('the same life of a node whose lease was revoked is still joined', (t) => {
  given(cluster, [...one, revoked('n1', '10.244.0.0/24')])
    .when(join('n1', hour(99)))
    .decides(t);
});

test('another life of a joined node is refused by the name of the one that is joined', (t) => {
  given(cluster, one)
    .when(join('n1', hour(1), life(2)))
    .refuses(t, {
      type: 'node-known',
      node: node('n1'),
      incarnation: life(1),
      refused: life(2),
      subnets: [cidr('10.244.0.0/24')],
    });
});

test('another life may join after the node left, and gets what was never given', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24'), left('n1')])
    .when(join('n1', hour(2), life(2)))
    .decides(t, joined('n1', '10.10.0.2', life(2)), leased('n1', '10.244.1.0/24', hour(2)));
});

test('nobody joins a cluster that is not configured', (t) => {
  given(cluster, []).when(join('n1')).refuses(t, { type: 'not-configured' });
});

const full = [
  configured(ofTwo),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/17'),
  joined('n2', '10.10.0.2'),
  leased('n2', '10.244.128.0/17'),
];

test('a full cluster says how full it is', (t) => {
  given(cluster, full)
    .when(join('n3', hour(9_999)))
    .refuses(t, {
      type: 'no-free-host-address',
      hostCidr: ofTwo.hostCidr,
      capacity: 2,
      held: 2,
      inQuarantine: 0,
      nextFreeAt: undefined,
    });
});

const vacant = [...full, released('n1', '10.244.0.0/17', hour(1)), left('n1', hour(1))];

test('what was released is not given before its quarantine is over', (t) => {
  given(cluster, vacant).when(join('n3', '2026-03-02T00:59:59.999Z')).refuses(t, {
    type: 'no-free-host-address',
    hostCidr: ofTwo.hostCidr,
    capacity: 2,
    held: 1,
    inQuarantine: 1,
    nextFreeAt: '2026-03-02T01:00:00.000Z',
  });
});

test('what was released is given again at the end of its quarantine', (t) => {
  given(cluster, vacant)
    .when(join('n3', hour(25)))
    .decides(t, joined('n3', '10.10.0.1'), leased('n3', '10.244.0.0/17', hour(25)));
});

test('a subnet in quarantine is refused on its own when host addresses are free', (t) => {
  const roomy = { ...ofTwo, hostCidr: dualStack.hostCidr };
  given(cluster, [configured(roomy), ...vacant.slice(1)])
    .when(join('n3', hour(2)))
    .refuses(t, {
      type: 'no-free-subnet',
      podCidr: cidr('10.244.0.0/16'),
      capacity: 2,
      leased: 1,
      inQuarantine: 1,
      nextFreeAt: hour(25),
    });
});

test('a stamp before the release leases nothing early', (t) => {
  given(cluster, vacant)
    .when(join('n3', hour(-500)))
    .refuses(t, {
      type: 'no-free-host-address',
      hostCidr: ofTwo.hostCidr,
      capacity: 2,
      held: 1,
      inQuarantine: 1,
      nextFreeAt: hour(25),
    });
});

test('a release stamped before the lease counts from the latest stamp known', (t) => {
  const late = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24', hour(10))];
  given(cluster, late)
    .when(release('n1', hour(2)))
    .decides(t, released('n1', '10.244.0.0/24', hour(10)));
  given(cluster, [...late, released('n1', '10.244.0.0/24', hour(10))])
    .when(leave('n1', hour(2)))
    .decides(t, left('n1', hour(10)));
});

test('time alone frees nothing: a revoked subnet is not given however long ago', (t) => {
  const roomy = { ...ofTwo, hostCidr: dualStack.hostCidr };
  given(cluster, [configured(roomy), ...full.slice(1), revoked('n1', '10.244.0.0/17')])
    .when(join('n3', hour(999_999)))
    .refuses(t, {
      type: 'no-free-subnet',
      podCidr: cidr('10.244.0.0/16'),
      capacity: 2,
      leased: 2,
      inQuarantine: 0,
      nextFreeAt: undefined,
    });
});

test('quarantine is measured in time, not in text: stamps with an offset mean what they say', (t) => {
  given(cluster, vacant)
    .when(join('n3', '2026-03-02T02:59:59+02:00'))
    .refuses(t, {
      type: 'no-free-host-address',
      hostCidr: ofTwo.hostCidr,
      capacity: 2,
      held: 1,
      inQuarantine: 1,
      nextFreeAt: hour(25),
    });
});
