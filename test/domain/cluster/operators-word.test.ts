import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { type OperatorsWord, operatorsWord } from '../../../domain/cluster/operators-word.ts';
import { fold } from '../../../domain/decider.ts';
import {
  attested,
  configuration,
  configured,
  expire,
  hour,
  joined,
  leased,
  left,
  life,
  node,
  released,
  releaseExpired,
  replaced,
  revoked,
} from '../../support/cluster.ts';
import { must } from '../../support/must.ts';

const [name, subnet] = ['n1', '10.244.0.0/24'];

/** What stands against the first life of n1 in the end. */
const standing = (...events: ReadonlyArray<ClusterEvent>): OperatorsWord | undefined => {
  let state = cluster.initialState();
  let word: OperatorsWord | undefined;
  for (const event of [configured(), joined(name, '10.10.0.1'), leased(name, subnet), ...events]) {
    state = cluster.evolve(state, event);
    word = operatorsWord(word, event, state, { node: node(name), incarnation: life(1) });
  }
  return word;
};

test('against a life of which nobody has said anything nothing stands', (t) => {
  t.is(standing(), undefined);
  t.is(
    standing(joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24'), revoked('n2', '10.244.1.0/24')),
    undefined,
  );
});

test('a revocation stands behind the release, until the life is leased something again', (t) => {
  const moved = { type: 'revoked', reason: 'moved' } as const;
  t.deepEqual(standing(revoked(name, subnet)), moved);
  t.deepEqual(standing(revoked(name, subnet), released(name, subnet)), moved);
  t.deepEqual(standing(revoked(name, subnet), released(name, subnet), left(name)), moved);
  t.is(standing(revoked(name, subnet), released(name, subnet), leased(name, '10.244.1.0/24')), undefined);
});

test('that it is destroyed goes before a revocation, and stands when the node has left or goes on as another life', (t) => {
  const scrapped = { type: 'destroyed', reason: 'scrapped' } as const;
  t.deepEqual(standing(revoked(name, subnet), attested(name), left(name)), scrapped);
  t.deepEqual(standing(attested(name), revoked(name, subnet, 'later')), scrapped);
  t.deepEqual(standing(attested(name), replaced(name), revoked(name, subnet)), scrapped);
});

test('what the TTL takes back and releases is no operator’s word, and takes the place of none', (t) => {
  const ttl = configured({ ...configuration, minReader: 7, leaseTtlSeconds: 14_400 });
  const begun = [configured(), joined(name, '10.10.0.1'), leased(name, subnet), ttl];
  const decided = (before: ReadonlyArray<ClusterEvent>, command: ClusterCommand) =>
    must(cluster.decide(command, fold(cluster, before)));
  const takenBack = decided(begun, expire(name, hour(1), hour(6)));
  const freed = decided([...begun, ...takenBack], releaseExpired(name, hour(1), hour(6)));
  t.deepEqual(
    [...takenBack, ...freed].map(({ type }) => type),
    ['LeaseRevoked', 'SubnetReleased'],
  );
  t.is(standing(ttl, ...takenBack), undefined);
  t.is(standing(ttl, ...takenBack, ...freed), undefined);
  const moved = { type: 'revoked', reason: 'moved' } as const;
  t.deepEqual(standing(ttl, revoked(name, '10.244.1.0/24'), ...takenBack, ...freed), moved);
  const alike = 'gone since noon, and the TTL is over';
  t.deepEqual(standing(revoked(name, subnet, alike)), { type: 'revoked', reason: alike });
});

test('what is said of another life of the node is no word on this one; a life that joins anew begins without any', (t) => {
  t.is(standing(replaced(name), attested(name, 'burnt', life(2)), revoked(name, subnet)), undefined);
  t.is(standing(attested(name), left(name), joined(name, '10.10.0.1')), undefined);
});
