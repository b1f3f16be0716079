import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { restoredView } from '../../../domain/cluster/queries.ts';
import { lifeKey } from '../../../domain/cluster/state.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  again,
  attested,
  cidr,
  behindRestore as history,
  hour,
  join,
  joined,
  leased,
  left,
  life,
  node,
  present,
  presented,
  released,
  replaced,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

/** The backup knows the first life; the second took its place behind it, and has been leased more since. */
const head = { stream: `host-evio:n1:${life(1)}`, revision: 4, hash: 'a'.repeat(64) };
const says = present('n1', ['10.244.0.0/24', '10.244.7.0/24'], '10.10.0.1', { incarnation: life(2), head });

const ofSecond = (...places: ReadonlyArray<string>): ClusterEvent => ({
  ...presented('n1', ...places.map((place) => ({ place, holder: node('n1') }))),
  incarnation: life(2),
});
const awaiting = ofSecond('10.10.0.1', '10.244.0.0/24', '10.244.7.0/24');
const goesOn = [replaced('n1', life(2), life(1), { head }), again('n1', '10.244.7.0/24'), ofSecond()];
const resumed: ClusterEvent = { type: 'LeasingResumed', reason: 'known' };

test('what another life of a node presents is recorded, shown, and given to nobody', (t) => {
  given(cluster, history).when(says).decides(t, awaiting);
  given(cluster, history).when(says).onceOnly(t);
  const told = [...history, awaiting];
  t.deepEqual(restoredView(fold(cluster, told)), {
    epoch: 2,
    paused: true,
    awaited: [node('n1')],
    contested: ['10.10.0.1', '10.244.0.0/24', '10.244.7.0/24'].map((place) => ({
      node: node('n1'),
      incarnation: life(2),
      place,
      holder: node('n1'),
    })),
  });
  given(cluster, [...told, resumed])
    .when({
      ...join('n3', hour(3)),
      held: { subnets: [cidr('10.244.7.0/24')], from: 'host-local' },
    } as ClusterCommand)
    .refuses(t, {
      type: 'subnet-taken',
      node: node('n3'),
      subnet: cidr('10.244.7.0/24'),
      holder: node('n1'),
    });
});

test('attested before or afterwards, it goes on with all that it presented', (t) => {
  given(cluster, [...history, attested('n1')])
    .when(says)
    .decides(t, awaiting, ...goesOn);
  const told = [...history, awaiting, attested('n1')];
  given(cluster, told)
    .when(says)
    .decides(t, ...goesOn);
  given(cluster, told).when(says).onceOnly(t);
  t.deepEqual(restoredView(fold(cluster, [...told, ...goesOn]))?.contested, []);
  t.deepEqual(restoredView(fold(cluster, [...told, ...goesOn]))?.awaited, []);
});

test('attested and revoked, the life before is released, and what the new one presents again is its own', (t) => {
  const told = [
    ...history,
    awaiting,
    attested('n1'),
    revoked('n1', '10.244.0.0/24'),
    released('n1', '10.244.0.0/24', hour(2), 'attestation'),
    left('n1', hour(2)),
  ];
  given(cluster, told)
    .when(says)
    .decides(
      t,
      joined('n1', '10.10.0.1', life(2)),
      again('n1', '10.244.0.0/24'),
      again('n1', '10.244.7.0/24'),
      ofSecond(),
    );
  // Until then it is nobody else's, though it was released.
  given(cluster, [...told, resumed])
    .when(join('n3', hour(300)))
    .decides(t, joined('n3', '10.10.0.2'), leased('n3', '10.244.1.0/24', hour(300)));
});

test('revoked, or with another host address, nothing changes hands', (t) => {
  given(cluster, [...history, awaiting, revoked('n1', '10.244.0.0/24'), attested('n1')])
    .when(says)
    .decides(t);
  const elsewhere = { ...says, hostAddress: '10.10.0.9' } as ClusterCommand;
  given(cluster, [...history, attested('n1')])
    .when(elsewhere)
    .decides(t, ofSecond('10.10.0.9', '10.244.0.0/24', '10.244.7.0/24'));
});

test('what a third node holds meanwhile is contested as ever, also once the life before is attested', (t) => {
  const foreign = [...history, joined('n3', '10.10.0.3'), leased('n3', '10.244.7.0/24')];
  const taken = { place: '10.244.7.0/24', holder: node('n3') };
  const own = ['10.10.0.1', '10.244.0.0/24'].map((place) => ({ place, holder: node('n1') }));
  const told: ClusterEvent = { ...presented('n1', ...own, taken), incarnation: life(2) };
  given(cluster, foreign).when(says).decides(t, told);
  given(cluster, [...foreign, told, attested('n1')])
    .when(says)
    .decides(t);
});

test('a life gives back what it presented, whoever the member is, and takes nothing of that one along', (t) => {
  const told = [...history, awaiting];
  given(cluster, told)
    .when({
      type: 'release',
      node: node('n1'),
      incarnation: life(2),
      subnets: ['10.244.0.0/24', '10.244.7.0/24'].map(cidr),
      by: 'holder',
      asOf: hour(3),
    })
    .decides(t, { ...ofSecond(), asOf: hour(3) } as ClusterEvent);
  t.is(fold(cluster, [...told, left('n1')]).presented.get(lifeKey(node('n1'), life(2)))?.contested.length, 3);
});

test('which lives are over is kept in a snapshot', (t) => {
  const after = fold(cluster, [...history, awaiting, attested('n1'), ...goesOn]);
  t.deepEqual([...after.replaced], [lifeKey(node('n1'), life(1))]);
  t.deepEqual(
    throughSnapshot(t, clusterStateCodec, after, 'a'),
    fold(cluster, [...history, awaiting, attested('n1'), ...goesOn]),
  );
});
