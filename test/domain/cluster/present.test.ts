import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { restoredView } from '../../../domain/cluster/queries.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  again,
  attested,
  configuration,
  configured,
  behindRestore as history,
  hour,
  join,
  joined,
  lease,
  leased,
  life,
  node,
  present,
  presented,
  release,
  released,
  replaced,
  restored,
  settled,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

const resumed: ClusterEvent = { type: 'LeasingResumed', reason: 'known' };

test('a node of the backup presents what it has, once', (t) => {
  given(cluster, history)
    .when(present('n1', ['10.244.0.0/24'], '10.10.0.1'))
    .decides(t, presented('n1'));
  given(cluster, history)
    .when(present('n1', ['10.244.0.0/24'], '10.10.0.1'))
    .onceOnly(t);
});

test('a node that joined behind the backup has its host address and subnets again, while leasing is paused', (t) => {
  const events = [joined('n2', '10.10.0.7'), again('n2', '10.244.7.0/24'), presented('n2')];
  given(cluster, history)
    .when(present('n2', ['10.244.7.0/24'], '10.10.0.7'))
    .decides(t, ...events);
  given(cluster, [...history, ...events])
    .when(join('n3', hour(3)))
    .refuses(t, { type: 'leasing-paused', epoch: 2 });
  given(cluster, [...history, ...events, resumed])
    .when(join('n3', hour(3)))
    .decides(t, joined('n3', '10.10.0.2'), leased('n3', '10.244.1.0/24', hour(3)));
});

test('a subnet that was leased before is taken back by who was leased it behind the backup', (t) => {
  given(cluster, [...history, released('n1', '10.244.0.0/24')])
    .when(present('n2', ['10.244.0.0/24'], '10.10.0.7'))
    .decides(t, joined('n2', '10.10.0.7'), again('n2', '10.244.0.0/24'), presented('n2'));
});

test('another subnet of a member is taken back too', (t) => {
  given(cluster, history)
    .when(present('n1', ['10.244.0.0/24', '10.244.3.0/24'], '10.10.0.1'))
    .decides(t, again('n1', '10.244.3.0/24'), presented('n1'));
});

const contest = { place: '10.244.0.0/24', holder: node('n1') };
const contested = [
  ...history,
  presented('n2', contest),
  joined('n2', '10.10.0.7'),
  again('n2', '10.244.9.0/24'),
];

test('what another holds is contested, and the rest is taken back', (t) => {
  given(cluster, history)
    .when(present('n2', ['10.244.0.0/24', '10.244.9.0/24'], '10.10.0.7'))
    .decides(t, ...contested.slice(history.length));
  t.deepEqual(restoredView(fold(cluster, contested)), {
    epoch: 2,
    paused: true,
    awaited: [node('n1')],
    contested: [{ node: node('n2'), incarnation: life(1), ...contest }],
  });
});

test('of two that the log does not know the first to say so has it', (t) => {
  given(cluster, [...history, joined('n2', '10.10.0.7'), again('n2', '10.244.7.0/24'), presented('n2')])
    .when(present('n3', ['10.244.7.0/24'], '10.10.0.8'))
    .decides(t, presented('n3', { place: '10.244.7.0/24', holder: node('n2') }), joined('n3', '10.10.0.8'));
});

test('who comes when leasing goes on again has what is free, and what was leased since is contested', (t) => {
  const later = [...history, resumed, joined('n4', '10.10.0.2'), leased('n4', '10.244.1.0/24')];
  given(cluster, later)
    .when(present('n2', ['10.244.1.0/24', '10.244.7.0/24'], '10.10.0.7'))
    .decides(
      t,
      presented('n2', { place: '10.244.1.0/24', holder: node('n4') }),
      joined('n2', '10.10.0.7'),
      again('n2', '10.244.7.0/24'),
    );
});

test('what the holder gives back goes to who was refused it', (t) => {
  given(cluster, contested)
    .when(release('n1', hour(3)))
    .decides(t, released('n1', '10.244.0.0/24', hour(3)), again('n2', '10.244.0.0/24', hour(3)));
  const after = fold(cluster, [...contested, released('n1', '10.244.0.0/24'), again('n2', '10.244.0.0/24')]);
  t.deepEqual(restoredView(after)?.contested, []);
});

test('the loser gives back what it never had along with what it has, and may ask anew', (t) => {
  given(cluster, contested)
    .when(release('n2', hour(3), ['10.244.0.0/24', '10.244.9.0/24']))
    .decides(t, released('n2', '10.244.9.0/24', hour(3)), settled('n2', hour(3)));
  given(cluster, [...contested, released('n2', '10.244.9.0/24', hour(3)), settled('n2', hour(3)), resumed])
    .when(lease('n2', hour(4)))
    .decides(t, leased('n2', '10.244.1.0/24', hour(4)));
});

const taken = { place: '10.10.0.1', holder: node('n1') };

test("a host address that is another's keeps a stranger out, and is said", (t) => {
  given(cluster, history)
    .when(present('n2', ['10.244.7.0/24'], '10.10.0.1'))
    .decides(t, presented('n2', taken, { place: '10.244.7.0/24' }));
  given(cluster, [...history, presented('n2', taken, { place: '10.244.7.0/24' })])
    .when(release('n2', hour(3), ['10.244.7.0/24']))
    .decides(t, settled('n2', hour(3)));
});

test('what is no subnet of the cluster is contested', (t) => {
  given(cluster, history)
    .when(present('n1', ['10.244.0.0/24', '10.250.0.0/24'], '10.10.0.1'))
    .decides(t, presented('n1', { place: '10.250.0.0/24' }));
});

test('another epoch and older readers get nothing', (t) => {
  given(cluster, history)
    .when(present('n2', ['10.244.7.0/24'], '10.10.0.7', { epoch: 1 }))
    .decides(t);
  given(cluster, [configured({ ...configuration, minReader: 5 }), restored(2)])
    .when(present('n2', ['10.244.7.0/24'], '10.10.0.7'))
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
});

test('what a life presented that was replaced since is no word of its successor’s', (t) => {
  const replacement = [...contested, attested('n2'), replaced('n2')];
  t.deepEqual(restoredView(fold(cluster, replacement))?.contested, []);
});

test('the next restore asks everybody anew, and a snapshot keeps who has presented', (t) => {
  t.deepEqual(restoredView(fold(cluster, [...history, presented('n1')]))?.awaited, []);
  t.deepEqual(restoredView(fold(cluster, [...history, presented('n1'), restored(3)]))?.awaited, [node('n1')]);
  t.is(restoredView(fold(cluster, [...history, resumed])), undefined);
  t.deepEqual(
    throughSnapshot(t, clusterStateCodec, fold(cluster, contested), 'as it is'),
    fold(cluster, contested),
  );
});
