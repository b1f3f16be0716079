import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { joinRefusal } from '../../../domain/cluster/join-refusal.ts';
import { fold } from '../../../domain/decider.ts';
import {
  attested,
  cidr,
  configuration,
  configured,
  hour,
  joined,
  leased,
  life,
  node,
  ofTwo,
  publicKey,
  released,
  restored,
  revoked,
} from '../../support/cluster.ts';

const modern = configured({ ...configuration, minReader: 6 });
const one = [modern, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

const refusal = (events: ReadonlyArray<ClusterEvent>, name: string, incarnation = life(1)) =>
  joinRefusal(fold(cluster, events), { node: node(name), incarnation, publicKey, asOf: hour(1) });

test('a life of a name that another one holds is refused, until that one is attested destroyed', (t) => {
  t.deepEqual(refusal(one, 'n1', life(2)), {
    type: 'node-known',
    node: node('n1'),
    incarnation: life(1),
    refused: life(2),
    subnets: [cidr('10.244.0.0/24')],
  });
  t.is(refusal([...one, attested('n1')], 'n1', life(2)), undefined);
});

test('a life that was attested destroyed and asks all the same is told so', (t) => {
  t.is(refusal([...one, attested('n1')], 'n1')?.type, 'life-attested');
});

test('who is granted what he asks for is not refused, nor is anybody before the cluster is known', (t) => {
  t.is(refusal(one, 'n1'), undefined);
  t.is(refusal(one, 'n2', life(2)), undefined);
  t.is(refusal([], 'n1'), undefined);
});

test('what stands in everybody’s way stands in this one’s', (t) => {
  const full = [
    configured({ ...ofTwo, minReader: 6 }),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    joined('n2', '10.10.0.2', life(2)),
    leased('n2', '10.244.128.0/17'),
  ];
  t.is(refusal(full, 'n3', life(3))?.type, 'no-free-host-address');
  t.is(refusal([...one, restored(2)], 'n2', life(2))?.type, 'leasing-paused');
  t.is(refusal([...one, revoked('n1', '10.244.0.0/24')], 'n1')?.type, 'lease-revoked');
  t.is(refusal([...one, revoked('n1', '10.244.0.0/24'), released('n1', '10.244.0.0/24')], 'n1'), undefined);
});
