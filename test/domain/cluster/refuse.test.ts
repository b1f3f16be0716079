import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent, RequestRefused } from '../../../domain/cluster/events.ts';
import { mostRefusals } from '../../../domain/cluster/refuse.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  configuration,
  configured,
  hour,
  joined,
  leased,
  left,
  life,
  node,
  released,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

const modern = configured({ ...configuration, minReader: 6 });

const refuse = (incarnation = life(2), request = 'first', name = 'n1'): ClusterCommand => ({
  type: 'refuse',
  node: node(name),
  incarnation,
  request,
  failure: { type: 'unknown-node', node: node(name) },
});

const refused = (incarnation = life(2), request = 'first', name = 'n1'): RequestRefused => ({
  type: 'RequestRefused',
  node: node(name),
  incarnation,
  request,
  failure: 'unknown-node',
  reason: `node ${name} is not joined`,
  remedy: 'join it first, or correct its name',
});

const standing = (...events: ReadonlyArray<ClusterEvent>): ReadonlyArray<string> =>
  [...fold(cluster, [modern, ...events]).refusals.values()].map(({ request }) => request);

test('why a request is refused is said in words, to the life that asked', (t) => {
  given(cluster, [modern]).when(refuse()).decides(t, refused());
  given(cluster, [modern]).when(refuse()).onceOnly(t);
});

test('a life that asks again is told only what it was not told last', (t) => {
  given(cluster, [modern, refused()])
    .when(refuse(life(2), 'second'))
    .decides(t);
  given(cluster, [modern, refused()])
    .when(refuse(life(3), 'second'))
    .decides(t, refused(life(3), 'second'));
  for (const other of [{ failure: 'x' }, { reason: 'x' }, { remedy: 'x' }])
    given(cluster, [modern, { ...refused(), ...other }])
      .when(refuse(life(2), 'second'))
      .decides(t, refused(life(2), 'second'));
});

test('where older programs read along nothing of it is written', (t) => {
  given(cluster, [configured({ ...configuration, minReader: 5 })])
    .when(refuse())
    .decides(t);
  given(cluster, []).when(refuse()).decides(t);
});

test('a refusal stands until the life gets something, or the node leaves', (t) => {
  const other = refused(life(9), 'of another', 'n9');
  const member = joined('n1', '10.10.0.1', life(2));
  t.deepEqual(standing(refused(), other), ['first', 'of another']);
  t.deepEqual(standing(refused(), other, member), ['of another']);
  t.deepEqual(standing(member, refused(), other, leased('n1', '10.244.0.0/24')), ['of another']);
  t.deepEqual(
    standing(
      member,
      leased('n1', '10.244.0.0/24'),
      refused(),
      other,
      released('n1', '10.244.0.0/24', hour(1)),
    ),
    ['of another'],
  );
  t.deepEqual(standing(refused(), other, left('n1', hour(1))), ['of another']);
});

test('what another life of the node gets settles nothing of this one', (t) => {
  const member = joined('n1', '10.10.0.1', life(1));
  t.deepEqual(standing(refused(), member, leased('n1', '10.244.0.0/24')), ['first']);
});

test('who invents lives makes the state grow to a bound, and the newest refusals stay', (t) => {
  const many = Array.from({ length: mostRefusals + 2 }, (_, i) => refused(life(i), String(i)));
  const again = refused(life(2), 'again');
  const requests = standing(...many.slice(0, mostRefusals), again, ...many.slice(mostRefusals));
  t.is(requests.length, mostRefusals);
  t.deepEqual([requests[0], ...requests.slice(-3)], ['3', 'again', '1000', '1001']);
});

test('a state with refusals goes through a snapshot', (t) => {
  const state = fold(cluster, [modern, refused(), refused(life(3), 'second')]);
  t.deepEqual(throughSnapshot(t, clusterStateCodec, state, 'as it is'), state);
});
