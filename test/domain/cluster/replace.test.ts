import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { holdingOf } from '../../../domain/cluster/queries.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  address,
  attested,
  cidr,
  configuration,
  configured,
  hour,
  join,
  joined,
  lease,
  leased,
  left,
  life,
  node,
  released,
  replaced,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

const modern = configured({ ...configuration, minReader: 6 });
const hints = { machine: 'a'.repeat(64) };
const one = [modern, { ...joined('n1', '10.10.0.1'), hints }, leased('n1', '10.244.0.0/24')];
const head = { stream: `host-evio:n1:${life(1)}`, revision: 41, hash: 'b'.repeat(64) };

const ask = (more: Partial<Extract<ClusterCommand, { type: 'join' }>> = {}): ClusterCommand =>
  ({ ...join('n1', hour(2), life(2)), ...more }) as ClusterCommand;

const known = (more: object = {}) => ({
  type: 'node-known' as const,
  node: node('n1'),
  incarnation: life(1),
  refused: life(2),
  subnets: [cidr('10.244.0.0/24')],
  ...more,
});

test('a node that was re-imaged is refused until an operator says that its former life is destroyed', (t) => {
  given(cluster, one)
    .when(ask({ hints }))
    .refuses(t, known({ machine: 'same' }));
  given(cluster, [...one, attested('n1')])
    .when(ask({ hints, head }))
    .decides(t, replaced('n1', life(2), life(1), { hints, head }));
});

test('a clone of the machine’s image cannot take its place by saying so itself', (t) => {
  given(cluster, one)
    .when(ask({ hints, replace: true }))
    .refuses(t, known({ machine: 'same' }));
});

test('a clone under a name of its own is a node of its own', (t) => {
  given(cluster, one)
    .when({ ...join('n2', hour(2), life(2)), hints } as ClusterCommand)
    .decides(t, { ...joined('n2', '10.10.0.2', life(2)), hints }, leased('n2', '10.244.1.0/24', hour(2)));
});

test('hints decide nothing: another machine goes on with the lease as well, once the former life is attested', (t) => {
  const other = { machine: 'c'.repeat(64) };
  given(cluster, one)
    .when(ask({ hints: other }))
    .refuses(t, known({ machine: 'other' }));
  given(cluster, one).when(ask()).refuses(t, known());
  given(cluster, [...one, attested('n1')])
    .when(ask({ hints: other }))
    .decides(t, replaced('n1', life(2), life(1), { hints: other }));
});

test('the new life holds the same subnets and the same host address, and asking again decides nothing', (t) => {
  const back = [...one, attested('n1'), replaced('n1', life(2), life(1), { head })];
  t.deepEqual(holdingOf(fold(cluster, back), node('n1')), {
    node: node('n1'),
    incarnation: life(2),
    hostAddress: address('10.10.0.1'),
    subnets: [cidr('10.244.0.0/24')],
    revoked: undefined,
    attested: undefined,
    continues: head,
  });
  given(cluster, back).when(ask()).decides(t);
  given(cluster, back)
    .when(lease('n1', hour(3), life(2)))
    .decides(t);
});

test('the old disk that comes back is refused like any other life', (t) => {
  given(cluster, [...one, attested('n1'), replaced('n1')])
    .when(join('n1', hour(3)))
    .refuses(t, known({ incarnation: life(2), refused: life(1) }));
});

test('a former life that has given all back is replaced when the node says that it is over', (t) => {
  const empty = [...one, released('n1', '10.244.0.0/24')];
  given(cluster, empty)
    .when(ask())
    .refuses(t, known({ subnets: [] }));
  given(cluster, empty)
    .when(ask({ replace: true }))
    .decides(t, replaced('n1'));
  given(cluster, [...empty, replaced('n1')])
    .when(lease('n1', hour(2), life(2)))
    .decides(t, leased('n1', '10.244.1.0/24', hour(2)));
});

test('a node whose former life left joins as any other', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24'), left('n1')])
    .when(ask({ replace: true, hints }))
    .decides(t, { ...joined('n1', '10.10.0.2', life(2)), hints }, leased('n1', '10.244.1.0/24', hour(2)));
});

test('a lease that the cluster wants back goes to no new life, attested or not', (t) => {
  given(cluster, [...one, revoked('n1', '10.244.0.0/24'), attested('n1')])
    .when(ask({ replace: true }))
    .refuses(t, { type: 'lease-revoked', node: node('n1'), subnets: [cidr('10.244.0.0/24')] });
});

test('where programs read along that would stop at it, the former life is not replaced', (t) => {
  given(cluster, [configured({ ...configuration, minReader: 5 }), joined('n1', '10.10.0.1')])
    .when(ask({ replace: true }))
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
});

test('what was attested and replaced outlives a snapshot', (t) => {
  for (const events of [
    [...one, attested('n1', 'burnt')],
    [...one, attested('n1'), replaced('n1', life(2), life(1), { head, hints })],
  ])
    t.deepEqual(
      throughSnapshot(t, clusterStateCodec, fold(cluster, events), 'as it is'),
      fold(cluster, events),
    );
});
