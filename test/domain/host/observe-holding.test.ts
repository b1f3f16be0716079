import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { fold } from '../../../domain/decider.ts';
import { observedHolding, presentsAgain } from '../../../domain/host/observe-holding.ts';
import {
  attested,
  configuration,
  configured,
  behindRestore as history,
  joined,
  known,
  leased,
  left,
  life,
  node,
  presented,
  released,
  replaced,
  restored,
  revoked,
} from '../../support/cluster.ts';

const own = { place: '10.244.0.0/24', holder: node('n1') };
const awaiting: ClusterEvent = { ...presented('n1', own), incarnation: life(2) };

/** What the second life of the node makes of the cluster's events. */
const seen = (...events: ReadonlyArray<ClusterEvent>) => {
  const state = fold(cluster, events);
  const observed = observedHolding(state, node('n1'), life(2), 9, undefined);
  return [observed?.type, presentsAgain(state, node('n1'), life(2))];
};

test('a life that a restored log does not know waits for the answer to what it presents, whatever is said of the other one', (t) => {
  t.deepEqual(seen(...history), [undefined, false]);
  t.deepEqual(seen(...history, attested('n1')), [undefined, false]);
  t.deepEqual(seen(...known), ['observe-fence', false], 'the log was never restored');
});

test('what another life of its node holds fences it when that one is seen to run, or the lease is wanted back', (t) => {
  t.deepEqual(seen(...history, awaiting), [undefined, false]);
  t.deepEqual(seen(...history, awaiting, presented('n1')), ['observe-fence', false]);
  t.deepEqual(seen(...history, awaiting, revoked('n1', '10.244.0.0/24')), ['observe-fence', false]);
});

test('once that one is attested, or gone, it presents again', (t) => {
  t.deepEqual(seen(...history, awaiting, attested('n1')), [undefined, true]);
  t.deepEqual(seen(...history, awaiting, left('n1')), [undefined, true]);
  t.deepEqual(seen(...history, awaiting, attested('n1'), replaced('n1')), [undefined, false]);
  t.deepEqual(
    seen(...history, awaiting, attested('n1'), replaced('n1'), { ...presented('n1'), incarnation: life(2) }),
    ['observe-lease', false],
  );
});

test('attested, and then revoked as well, the other one makes way: this one is not fenced meanwhile', (t) => {
  const both = [...history, awaiting, attested('n1'), revoked('n1', '10.244.0.0/24')];
  t.deepEqual(seen(...both), [undefined, true]);
  t.deepEqual(seen(...both, released('n1', '10.244.0.0/24'), left('n1')), [undefined, true]);
});

test('a life that was replaced in the log itself is over, restored or not', (t) => {
  const over = [
    configured({ ...configuration, minReader: 6 }),
    joined('n1', '10.10.0.1', life(2)),
    leased('n1', '10.244.0.0/24'),
    attested('n1', 'scrapped', life(2)),
    replaced('n1', life(3), life(2)),
    restored(2),
  ];
  t.deepEqual(seen(...over), ['observe-fence', false]);
  t.deepEqual(seen(...over, awaiting), ['observe-fence', false]);
  t.deepEqual(seen(...over, awaiting, attested('n1', 'scrapped', life(3))), ['observe-fence', false]);
});
