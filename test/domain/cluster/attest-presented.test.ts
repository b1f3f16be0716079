import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  attest,
  attested,
  cidr,
  configuration,
  configured,
  hour,
  joined,
  lease,
  leased,
  left,
  life,
  node,
  present,
  presented,
  releaseDestroyed,
  released,
  restored,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

const one = [
  configured({ ...configuration, minReader: 7 }),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/24'),
];

/** Behind a restore, a life that the log does not know said what it uses, as the life before it is the member. */
const second = {
  ...presented(
    'n1',
    ...['10.10.0.1', '10.244.0.0/24', '10.244.7.0/24'].map((place) => ({ place, holder: node('n1') })),
  ),
  incarnation: life(2),
};
const awaiting = [...one, restored(2), second];
const word = attested('n1', 'burnt', life(2));
const settledSecond = { ...second, contested: [], asOf: hour(3) };

test('while programs read along that would take the word for the member’s, none is given', (t) => {
  given(cluster, [...awaiting, configured({ ...configuration, minReader: 6 })])
    .when(attest('n1', 'burnt', life(2)))
    .refuses(t, { type: 'readers-too-old', minReader: 6, needed: 7 });
});

test('a life that only presented what it uses is attested by its name, and that is no word of the member', (t) => {
  given(cluster, awaiting)
    .when(attest('n1', 'burnt', life(2)))
    .decides(t, word);
  given(cluster, awaiting)
    .when(attest('n1', 'burnt', life(2)))
    .onceOnly(t);
  given(cluster, [...awaiting, word, settledSecond])
    .when(attest('n1', 'burnt', life(2)))
    .decides(t);
  given(cluster, [...awaiting, word])
    .when(attest('n1', 'burnt'))
    .decides(t, attested('n1', 'burnt'));
  // Who gave all back is nobody any more.
  given(cluster, [...awaiting, settledSecond])
    .when(attest('n1', 'burnt', life(2)))
    .refuses(t, { type: 'not-the-member', node: node('n1'), incarnation: life(1), named: life(2) });
});

test('what it said that it uses is settled, once; what the member holds besides stays its own', (t) => {
  given(cluster, [...awaiting, word])
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, settledSecond);
  given(cluster, [...awaiting, word])
    .when(releaseDestroyed('n1', hour(3)))
    .onceOnly(t);
  given(cluster, awaiting)
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t);
});

test('both lives attested, and the lease revoked: all is free when its quarantine is over', (t) => {
  const small = configured({
    ...configuration,
    minReader: 6,
    podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 1 }],
  });
  const places = ['10.10.0.1', '10.244.0.0/17', '10.244.128.0/17'];
  const claims = {
    ...presented('n1', ...places.map((place) => ({ place, holder: node('n1') }))),
    incarnation: life(2),
  };
  const events = [
    small,
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    restored(2),
    claims,
    { type: 'LeasingResumed', reason: 'known' } as const,
    attested('n1'),
    revoked('n1', '10.244.0.0/17'),
    word,
  ];
  const free = [
    released('n1', '10.244.0.0/17', hour(3), 'attestation'),
    left('n1', hour(3)),
    { ...claims, contested: [], asOf: hour(3) },
  ];
  given(cluster, events)
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, ...free);
  given(cluster, [...events, ...free, joined('n3', '10.10.0.3', life(3))])
    .when({ ...lease('n3', hour(4)), incarnation: life(3) } as ClusterCommand)
    .refuses(t, {
      type: 'no-free-subnet',
      podCidr: cidr('10.244.0.0/16'),
      capacity: 2,
      leased: 0,
      inQuarantine: 2,
      nextFreeAt: '2026-03-02T03:00:00.000Z',
    });
  given(cluster, [...events, ...free, joined('n3', '10.10.0.3', life(3))])
    .when({ ...lease('n3', hour(900)), incarnation: life(3) } as ClusterCommand)
    .decides(t, leased('n3', '10.244.0.0/17', hour(900)));
});

test('what two such lives said that they use goes once to the node that was refused it', (t) => {
  const third = { ...second, incarnation: life(3) };
  const contester = presented('n2', { place: '10.244.7.0/24', holder: node('n1') });
  given(cluster, [
    ...awaiting,
    third,
    joined('n2', '10.10.0.2'),
    contester,
    word,
    attested('n1', 'burnt', life(3)),
  ])
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, { ...leased('n2', '10.244.7.0/24', hour(3)), presented: 2 }, settledSecond, {
      ...third,
      contested: [],
      asOf: hour(3),
    });
});

test('a life that is attested destroyed and presents all the same gets nothing, also when the member is gone; a snapshot keeps the word', (t) => {
  const says = present('n1', ['10.244.0.0/24'], '10.10.0.1', { incarnation: life(2) });
  const refused = { type: 'life-attested', node: node('n1'), incarnation: life(2), reason: 'burnt' } as const;
  for (const events of [
    [...awaiting, word, attested('n1')],
    [...awaiting, word, left('n1')],
    [...awaiting, word, settledSecond, left('n1')],
  ]) {
    given(cluster, events).when(says).refuses(t, refused);
    t.is(throughSnapshot(t, clusterStateCodec, fold(cluster, events), 'a').presented.size, 1);
  }
});
