import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  attest,
  attested,
  cidr,
  configuration,
  configured,
  dualStack,
  hour,
  join,
  joined,
  lease,
  leased,
  left,
  life,
  node,
  presented,
  release,
  releaseDestroyed,
  released,
  replaced,
  restored,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const modern = configured({ ...configuration, minReader: 6 });
const one = [modern, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

test('an operator’s word names the life that is the member, and is given once', (t) => {
  given(cluster, one).when(attest('n1', 'burnt')).decides(t, attested('n1', 'burnt'));
  given(cluster, one).when(attest('n1')).onceOnly(t);
  given(cluster, [...one, attested('n1', 'first')])
    .when(attest('n1', 'second'))
    .decides(t);
});

test('a word that is said again after the node came back does not hit its new life, where the old one is named', (t) => {
  const back = [...one, attested('n1'), replaced('n1')];
  given(cluster, back)
    .when(attest('n1', 'burnt', life(1)))
    .refuses(t, { type: 'not-the-member', node: node('n1'), incarnation: life(2), named: life(1) });
  given(cluster, back)
    .when(attest('n1', 'burnt', life(2)))
    .decides(t, attested('n1', 'burnt', life(2)));
});

test('a node that never joined, or left, cannot be attested', (t) => {
  given(cluster, one)
    .when(attest('n9'))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
  given(cluster, [...one, released('n1', '10.244.0.0/24'), left('n1')])
    .when(attest('n1'))
    .refuses(t, { type: 'unknown-node', node: node('n1') });
});

test('where programs read along that would stop at it, the word is refused', (t) => {
  given(cluster, [
    configured({ ...configuration, minReader: 5 }),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/24'),
  ])
    .when(attest('n1'))
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
});

test('attested alone nothing is released: the node may come back with a new disk', (t) => {
  given(cluster, [...one, attested('n1')])
    .when(releaseDestroyed('n1'))
    .decides(t);
});

test('revoked alone nothing is released: its pods may run', (t) => {
  given(cluster, [...one, revoked('n1', '10.244.0.0/24')])
    .when(releaseDestroyed('n1'))
    .decides(t);
});

test('attested and revoked, in either order, all is released and the node leaves, once', (t) => {
  for (const both of [
    [attested('n1'), revoked('n1', '10.244.0.0/24')],
    [revoked('n1', '10.244.0.0/24'), attested('n1')],
  ]) {
    given(cluster, [...one, ...both])
      .when(releaseDestroyed('n1', hour(3)))
      .decides(t, released('n1', '10.244.0.0/24', hour(3), 'attestation'), left('n1', hour(3)));
    given(cluster, [...one, ...both])
      .when(releaseDestroyed('n1', hour(3)))
      .onceOnly(t);
  }
});

test('of two families, both must be wanted back', (t) => {
  const both = [
    configured({ ...dualStack, minReader: 6 }),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', 'fd00:244::/64'),
    attested('n1'),
    revoked('n1', '10.244.0.0/17'),
  ];
  given(cluster, both).when(releaseDestroyed('n1')).decides(t);
  given(cluster, [...both, revoked('n1', 'fd00:244::/64')])
    .when(releaseDestroyed('n1', hour(3)))
    .decides(
      t,
      released('n1', '10.244.0.0/17', hour(3), 'attestation'),
      released('n1', 'fd00:244::/64', hour(3), 'attestation'),
      left('n1', hour(3)),
    );
});

test('what a destroyed node had goes to the node that was refused it and uses it', (t) => {
  const gone = [
    ...one,
    restored(2),
    joined('n2', '10.10.0.2'),
    presented('n2', { place: '10.244.0.0/24', holder: node('n1') }),
    attested('n1'),
    revoked('n1', '10.244.0.0/24'),
  ];
  given(cluster, gone)
    .when(releaseDestroyed('n1', hour(3)))
    .decides(
      t,
      released('n1', '10.244.0.0/24', hour(3), 'attestation'),
      { ...leased('n2', '10.244.0.0/24', hour(3)), presented: 2 },
      left('n1', hour(3)),
    );
  given(cluster, [...gone, attested('n2')])
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, released('n1', '10.244.0.0/24', hour(3), 'attestation'), left('n1', hour(3)));
});

test('quarantine counts from the release, on the cluster log’s own time: a stamp that went back shortens nothing', (t) => {
  const gone = [
    ...one,
    joined('n2', '10.10.0.2', life(2)),
    leased('n2', '10.244.1.0/24', hour(8)),
    attested('n1'),
    revoked('n1', '10.244.0.0/24'),
  ];
  given(cluster, gone)
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, released('n1', '10.244.0.0/24', hour(8), 'attestation'), left('n1', hour(8)));
});

test('a destroyed node that held nothing leaves at once, and its host address is free', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24', hour(1)), attested('n1')])
    .when(releaseDestroyed('n1', hour(3)))
    .decides(t, left('n1', hour(3)));
});

test('a life that is attested destroyed and runs all the same gets nothing more, and gives back what it has', (t) => {
  const wrong = [...one, attested('n1', 'burnt')];
  const destroyed = {
    type: 'life-attested',
    node: node('n1'),
    incarnation: life(1),
    reason: 'burnt',
  } as const;
  given(cluster, wrong).when(join('n1')).refuses(t, destroyed);
  given(cluster, [...wrong, released('n1', '10.244.0.0/24')])
    .when(lease('n1', hour(99)))
    .refuses(t, destroyed);
  given(cluster, wrong).when(release('n1')).decides(t, released('n1', '10.244.0.0/24'));
});

test('a life that was replaced gives back nothing of its successor’s, and does not make it leave', (t) => {
  const back = [...one, attested('n1'), replaced('n1')];
  const refused = {
    type: 'node-known',
    node: node('n1'),
    incarnation: life(2),
    refused: life(1),
    subnets: [cidr('10.244.0.0/24')],
  } as const;
  const old = { node: node('n1'), incarnation: life(1), asOf: hour(3) };
  given(cluster, back)
    .when({ type: 'release', ...old, subnets: [cidr('10.244.0.0/24')], by: 'holder' })
    .refuses(t, refused);
  given(cluster, [...back, released('n1', '10.244.0.0/24')])
    .when({ type: 'leave', ...old })
    .refuses(t, { ...refused, subnets: [] });
  given(cluster, back)
    .when({ type: 'release', ...old, incarnation: life(2), by: 'holder' })
    .decides(t, released('n1', '10.244.0.0/24', hour(3)));
});
