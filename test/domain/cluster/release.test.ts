import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import {
  cidr,
  configured,
  dualStack,
  hour,
  joined,
  leased,
  left,
  node,
  ofTwo,
  release,
  released,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const both = [
  configured(dualStack),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/17'),
  leased('n1', 'fd00:244::/64'),
];

test('all that the node holds is released when no subnet is named', (t) => {
  given(cluster, both)
    .when(release('n1'))
    .decides(t, released('n1', '10.244.0.0/17'), released('n1', 'fd00:244::/64'));
});

test('only the named subnets are released, each once', (t) => {
  given(cluster, both)
    .when(release('n1', hour(1), ['fd00:244::/64', 'fd00:244::/64']))
    .decides(t, released('n1', 'fd00:244::/64'));
});

test('the event says who vouched for it', (t) => {
  given(cluster, [...both, revoked('n1', '10.244.0.0/17'), released('n1', 'fd00:244::/64')])
    .when({ type: 'release', node: node('n1'), by: 'attestation', asOf: hour(1) })
    .decides(t, released('n1', '10.244.0.0/17', hour(1), 'attestation'));
});

test('releasing twice is releasing once', (t) => {
  given(cluster, both).when(release('n1')).onceOnly(t);
  given(cluster, both)
    .when(release('n1', hour(1), ['10.244.0.0/17']))
    .onceOnly(t);
});

test('a repeated release decides nothing after the node left either', (t) => {
  const gone = [...both, released('n1', '10.244.0.0/17'), released('n1', 'fd00:244::/64'), left('n1')];
  given(cluster, gone).when(release('n1')).decides(t);
  given(cluster, gone)
    .when(release('n1', hour(9), ['10.244.0.0/17']))
    .decides(t);
});

const two = [
  configured(ofTwo),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/17'),
  joined('n2', '10.10.0.2'),
  leased('n2', '10.244.128.0/17'),
];

test('a node does not release what another holds', (t) => {
  given(cluster, two)
    .when(release('n1', hour(1), ['10.244.128.0/17']))
    .refuses(t, { type: 'not-holder', node: node('n1'), subnet: cidr('10.244.128.0/17'), holder: 'n2' });
});

test('a late repetition does not release the next holder’s lease', (t) => {
  const passedOn = [
    ...two,
    released('n2', '10.244.128.0/17', hour(1)),
    released('n1', '10.244.0.0/17', hour(2)),
    leased('n1', '10.244.128.0/17', hour(30)),
  ];
  given(cluster, passedOn)
    .when(release('n2', hour(31), ['10.244.128.0/17']))
    .refuses(t, { type: 'not-holder', node: node('n2'), subnet: cidr('10.244.128.0/17'), holder: 'n1' });
});

test('one subnet that is not the node’s refuses all of them', (t) => {
  given(cluster, two)
    .when(release('n1', hour(1), ['10.244.0.0/17', '192.168.0.0/24']))
    .refuses(t, { type: 'not-holder', node: node('n1'), subnet: cidr('192.168.0.0/24'), holder: undefined });
});

test('a node that never joined is refused', (t) => {
  given(cluster, two)
    .when(release('n9'))
    .refuses(t, { type: 'unknown-node', node: node('n9') });
});
