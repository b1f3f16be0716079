import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { fold } from '../../../domain/decider.ts';
import { configuration, configured, hour, join, joined, leased, restored } from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const backup = { epoch: 1, position: 7 };
const recordRestore: ClusterCommand = { type: 'record-restore', epoch: 2, backup };
const modern = configured({ ...configuration, minReader: 5 });
const history = [modern, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

test('a restored backup is recorded in the cluster', (t) =>
  given(cluster, history).when(recordRestore).decides(t, restored(2, backup)));

test('each epoch is recorded once', (t) => {
  given(cluster, history).when(recordRestore).onceOnly(t);
  given(cluster, [...history, restored(2)])
    .when({ ...recordRestore, epoch: 3 })
    .decides(t, restored(3, backup));
});

test('where programs read along that would stop at it, it is left out', (t) =>
  given(cluster, [configured({ ...configuration, minReader: 4 })])
    .when(recordRestore)
    .decides(t));

test('what nodes hold and may get is as it was', (t) => {
  const { epoch, ...after } = fold(cluster, [...history, restored(2)]);
  const { epoch: _, ...before } = fold(cluster, history);
  t.is(epoch, 2);
  t.deepEqual(after, before);
  given(cluster, [...history, restored(2)])
    .when(join('n2', hour(1)))
    .decides(t, joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24', hour(1)));
});
