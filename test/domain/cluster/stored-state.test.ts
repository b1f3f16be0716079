import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import { configured, dualStack, hour, joined, leased, left, revoked } from '../../support/cluster.ts';
import { commands, narrow } from '../../support/cluster-history.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

test('a state that goes through a snapshot at any time equals the one that does not, and decides as it does', (t) => {
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 10 }), (given, every) => {
      let live = cluster.evolve(cluster.initialState(), configured(narrow));
      let kept = cluster.evolve(cluster.initialState(), configured(narrow));
      for (const [step, command] of given.entries()) {
        const decided = cluster.decide(command, live);
        const alike = cluster.decide(command, kept);
        if (!isDeepStrictEqual(alike, decided)) t.deepEqual(alike, decided, command.type);
        for (const event of E.isRight(decided) ? decided.right : []) {
          live = cluster.evolve(live, event);
          kept = cluster.evolve(kept, event);
        }
        if (step % every === 0) kept = throughSnapshot(t, clusterStateCodec, kept, `step ${step}`);
      }
      return (
        isDeepStrictEqual(kept, live) && clusterStateCodec.encode(kept) === clusterStateCodec.encode(live)
      );
    }),
    { numRuns: 100 },
  );
  t.pass();
});

test('states of nothing, of new networks and of a revoked lease go through a snapshot', (t) => {
  const histories = [
    [],
    [configured(), configured(dualStack)],
    [
      configured(),
      joined('n1', '10.10.0.1'),
      leased('n1', '10.244.0.0/24'),
      revoked('n1', '10.244.0.0/24', 'naïve ☃'),
      joined('n2', '10.10.0.2'),
      left('n2', hour(4)),
    ],
  ];
  for (const events of histories) throughSnapshot(t, clusterStateCodec, fold(cluster, events), 'as it is');
  t.pass();
});

test('a text that is no stored state gives none', (t) => {
  const whole = clusterStateCodec.encode(fold(cluster, [configured(), joined('n1', '10.10.0.1')]));
  for (const text of ['', 'null', '{}', whole.slice(1), whole.replaceAll('10.10.0.1', '10.10.0.01')]) {
    t.is(clusterStateCodec.decode(text), undefined);
  }
});
