import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { joinRefusal } from '../../../domain/cluster/join-refusal.ts';
import { fold } from '../../../domain/decider.ts';
import {
  cidr,
  configured,
  hour,
  joined,
  leased,
  life,
  node,
  publicKey,
  released,
} from '../../support/cluster.ts';

const member = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

const refusal = (events: ReadonlyArray<ClusterEvent>, name: string, subnet: string) =>
  joinRefusal(
    {
      node: node(name),
      incarnation: life(1),
      publicKey,
      held: { subnets: [cidr(subnet)], from: 'etcd' },
      asOf: hour(100),
    },
    fold(cluster, events),
  );

test('what would be leased is refused for nothing', (t) => {
  t.is(refusal(member, 'n2', '10.244.37.0/24'), undefined);
});

test('what would not be says why, and so it does for a member whose lease was released', (t) => {
  t.deepEqual(refusal([], 'n2', '10.244.37.0/24'), { type: 'not-configured' });
  t.deepEqual(refusal(member, 'n2', '10.244.0.0/24'), {
    type: 'subnet-taken',
    node: node('n2'),
    subnet: cidr('10.244.0.0/24'),
    holder: 'n1',
  });
  const given = [...member, released('n1', '10.244.0.0/24')];
  t.is(refusal(given, 'n1', '10.244.37.0/24'), undefined);
  t.deepEqual(refusal(given, 'n1', '10.244.0.0/24'), {
    type: 'subnet-taken',
    node: node('n1'),
    subnet: cidr('10.244.0.0/24'),
    holder: undefined,
  });
});
