import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { fold } from '../../../domain/decider.ts';
import {
  address,
  again,
  cidr,
  behindRestore as history,
  hour,
  join,
  joined,
  lease,
  leased,
  leave,
  left,
  life,
  node,
  present,
  presented,
  release,
  released,
  settled,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const resumed: ClusterEvent = { type: 'LeasingResumed', reason: 'known' };

const contest = { place: '10.244.0.0/24', holder: node('n1') };
const taken = { place: '10.10.0.1', holder: node('n1') };
const outside = [...history, presented('n2', taken, { place: '10.244.1.0/24' }), resumed];

test('what a node uses that is no member is nobody else’s: not by choice, not by name, and not by saying so later', (t) => {
  given(cluster, outside)
    .when(join('n3', hour(3)))
    .decides(t, joined('n3', '10.10.0.2'), leased('n3', '10.244.2.0/24', hour(3)));
  const held = { subnets: [cidr('10.244.1.0/24')], from: 'host-local' as const };
  given(cluster, outside)
    .when({ ...join('n3', hour(3)), held } as ClusterCommand)
    .refuses(t, {
      type: 'subnet-taken',
      node: node('n3'),
      subnet: cidr('10.244.1.0/24'),
      holder: node('n2'),
    });
  given(cluster, outside)
    .when(present('n3', ['10.244.1.0/24'], '10.10.0.8'))
    .decides(t, presented('n3', { place: '10.244.1.0/24', holder: node('n2') }), joined('n3', '10.10.0.8'));
  const free = [...outside, released('n1', '10.244.0.0/24'), left('n1')];
  const own = { subnets: [], from: 'host-local' as const, hostAddress: address('10.10.0.1') };
  given(cluster, free)
    .when({ ...join('n3', hour(3)), held: own } as ClusterCommand)
    .refuses(t, {
      type: 'host-address-refused',
      node: node('n3'),
      hostAddress: address('10.10.0.1'),
      hostCidr: cidr('10.10.0.0/16'),
      holder: node('n2'),
    });
});

test('nor is a host address that a node uses and cannot have', (t) => {
  const user = [...history, presented('n2', { place: '10.10.0.2' }, { place: '10.244.1.0/24' }), resumed];
  given(cluster, user)
    .when(join('n3', hour(3)))
    .decides(t, joined('n3', '10.10.0.3'), leased('n3', '10.244.2.0/24', hour(3)));
  given(cluster, user)
    .when(present('n3', ['10.244.7.0/24'], '10.10.0.2'))
    .decides(t, presented('n3', { place: '10.10.0.2', holder: node('n2') }, { place: '10.244.7.0/24' }));
});

test('what nobody held is in quarantine from when its user gave it back, or goes to the next one who uses it', (t) => {
  const gone = [...outside, settled('n2', hour(3))];
  given(cluster, gone)
    .when(join('n3', hour(4)))
    .decides(t, joined('n3', '10.10.0.2'), leased('n3', '10.244.2.0/24', hour(4)));
  t.is(fold(cluster, gone).pools?.subnets[0]?.returned.live.get('10.244.1.0/24')?.since, hour(3));
  const second = [presented('n3', { place: '10.244.1.0/24', holder: node('n2') }), joined('n3', '10.10.0.8')];
  given(cluster, [...outside, ...second])
    .when(release('n2', hour(3), ['10.244.1.0/24']))
    .decides(t, again('n3', '10.244.1.0/24', hour(3)), settled('n2', hour(3)));
});

test('who leaves without being a member gives back all that it said, and may join anew', (t) => {
  given(cluster, outside)
    .when({ ...release('n2', hour(3)), incarnation: life(1) } as ClusterCommand)
    .decides(t, settled('n2', hour(3)));
  given(cluster, outside)
    .when({ ...release('n2', hour(3)), incarnation: life(2) } as ClusterCommand)
    .refuses(t, { type: 'unknown-node', node: node('n2') });
  const gone = [...outside, settled('n2', hour(3))];
  given(cluster, gone)
    .when({ ...leave('n2', hour(3)), incarnation: life(1) } as ClusterCommand)
    .decides(t);
  given(cluster, gone)
    .when(join('n2', hour(4)))
    .decides(t, joined('n2', '10.10.0.2'), leased('n2', '10.244.2.0/24', hour(4)));
});

/** It was decided anew what n2 once asked for, before it said what it holds. */
const anew = [...history, resumed, joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24')];
const apart = [{ place: '10.10.0.7' }, { place: '10.244.7.0/24' }];

test('a member with another host address gives all back, whichever of the two it learnt, and what it was leased besides', (t) => {
  given(cluster, anew)
    .when(present('n2', ['10.244.7.0/24'], '10.10.0.7'))
    .decides(t, presented('n2', ...apart));
  for (const learnt of ['10.244.7.0/24', '10.244.1.0/24'])
    given(cluster, [...anew, presented('n2', ...apart)])
      .when(release('n2', hour(3), [learnt]))
      .decides(t, released('n2', '10.244.1.0/24', hour(3)), settled('n2', hour(3)));
});

test('a member with another host address keeps its part contested until all of it is given back', (t) => {
  given(cluster, [...anew, presented('n2', ...apart, { place: '10.244.8.0/24' })])
    .when(release('n2', hour(3), ['10.244.8.0/24']))
    .decides(t, { ...presented('n2', ...apart), asOf: hour(3) });
});

test('who has to give all back is given nothing: neither what becomes free nor what it asks for', (t) => {
  const taker = [...anew, presented('n2', { place: '10.10.0.7' }, contest)];
  given(cluster, taker)
    .when(release('n1', hour(3)))
    .decides(t, released('n1', '10.244.0.0/24', hour(3)));
  const bare = [...taker, released('n2', '10.244.1.0/24')];
  given(cluster, bare)
    .when(join('n2', hour(4)))
    .decides(t);
  given(cluster, bare)
    .when(lease('n2', hour(4)))
    .decides(t);
});
