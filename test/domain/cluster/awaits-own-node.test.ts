import test from 'ava';
import { awaitedRemedy } from '../../../domain/cluster/awaits-own-node.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { fold } from '../../../domain/decider.ts';
import {
  attest,
  behindRestore as history,
  hour,
  life,
  present,
  releaseDestroyed,
  revoke,
} from '../../support/cluster.ts';

/** Behind the remedy, done as it is said, what the second life of the node gets when it presents again. */
const afterRemedy = (hostAddress: string) => {
  const says = present('n1', ['10.244.7.0/24'], hostAddress, { incarnation: life(2) });
  let events = history;
  const decide = (command: Parameters<typeof cluster.decide>[0]): ReadonlyArray<ClusterEvent> => {
    const decided = cluster.decide(command, fold(cluster, events));
    if (decided._tag === 'Left') throw new Error(JSON.stringify(decided.left));
    events = [...events, ...decided.right];
    return decided.right;
  };
  const [said] = decide(says);
  if (said?.type !== 'NodePresented') throw new Error(JSON.stringify(said));
  const remedy = awaitedRemedy(fold(cluster, events), said);
  for (const word of remedy.matchAll(/evioctl (attest|revoke) n1/g)) {
    decide(word[1] === 'attest' ? attest('n1') : revoke('n1'));
    decide(releaseDestroyed('n1', hour(2)));
  }
  return { remedy, gets: decide(says).map(({ type }) => type) };
};

test('the remedy, done as it is said, gives a life that awaits its own node what it uses', (t) => {
  t.deepEqual(afterRemedy('10.10.0.1'), {
    remedy: 'if that life is gone: evioctl attest n1 --destroyed; this one then goes on',
    gets: ['IncarnationReplaced', 'SubnetLeased', 'NodePresented'],
  });
  t.deepEqual(afterRemedy('10.10.0.9'), {
    remedy:
      "if that life is gone: evioctl attest n1 --destroyed, and behind that evioctl revoke n1, for that one's host address was 10.10.0.1; this one then goes on",
    gets: ['NodeJoined', 'SubnetLeased', 'NodePresented'],
  });
});
