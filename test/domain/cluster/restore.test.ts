import test from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterFailure } from '../../../domain/cluster/failure.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import type { HeldSubnets } from '../../../domain/import-source.ts';
import {
  address,
  cidr,
  configuration,
  configured,
  hour,
  join,
  joined,
  lease,
  leased,
  node,
  release,
  released,
  restored,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

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

const after = [...history, restored(2)];
const paused: ClusterFailure = { type: 'leasing-paused', epoch: 2 };
const resume: ClusterCommand = { type: 'resume', reason: 'all leases are in the list' };
const resumed = { type: 'LeasingResumed', reason: 'all leases are in the list' } as const;
const presented = (subnets: ReadonlyArray<string>, hostAddress?: string): HeldSubnets => ({
  subnets: subnets.map(cidr),
  from: 'etcd',
  ...(hostAddress === undefined ? {} : { hostAddress: address(hostAddress) }),
});

test('what nodes hold is as it was', (t) => {
  const { epoch, ...now } = fold(cluster, after);
  const { epoch: _, ...before } = fold(cluster, history);
  t.is(epoch, 2);
  t.deepEqual(now, before);
});

test('a subnet that was leased behind the backup goes to no other node', (t) => {
  given(cluster, after)
    .when(join('n2', hour(1)))
    .refuses(t, paused);
  given(cluster, [...after, released('n1', '10.244.0.0/24')])
    .when(lease('n1', hour(2)))
    .refuses(t, paused);
});

test('nodes of the backup have what they had, and give it back', (t) => {
  given(cluster, after).when(join('n1')).decides(t);
  given(cluster, after).when(lease('n1')).decides(t);
  given(cluster, after).when(release('n1')).decides(t, released('n1', '10.244.0.0/24'));
});

test('a node that presents its lease has it again, where nothing is in the way', (t) => {
  const joinWith = (held: HeldSubnets) =>
    given(cluster, after).when({ ...join('n2', hour(1)), held } as ClusterCommand);
  joinWith(presented(['10.244.7.0/24'], '10.10.0.9')).decides(t, joined('n2', '10.10.0.9'), {
    ...leased('n2', '10.244.7.0/24', hour(1)),
    from: 'etcd',
  });
  joinWith(presented(['10.244.0.0/24'], '10.10.0.9')).refuses(t, {
    type: 'subnet-taken',
    node: node('n2'),
    subnet: cidr('10.244.0.0/24'),
    holder: 'n1',
  });
  for (const [hostAddress, holder] of [
    ['10.10.0.1', 'n1'],
    ['10.11.0.1', undefined],
    ['10.10.0.0', undefined],
  ] as const)
    joinWith(presented(['10.244.7.0/24'], hostAddress)).refuses(t, {
      type: 'host-address-refused',
      node: node('n2'),
      hostAddress: address(hostAddress),
      hostCidr: cidr('10.10.0.0/16'),
      holder,
    });
  // What it does not name would be chosen, and might be another node's.
  joinWith(presented(['10.244.7.0/24'])).refuses(t, paused);
  joinWith(presented([], '10.10.0.9')).refuses(t, paused);
});

test('new networks wait too: nodes that the backup does not know may be in the old ones', (t) => {
  const wanted = { ...configuration, hostCidr: cidr('10.11.0.0/16'), minReader: 5 };
  given(cluster, [modern, restored(2)])
    .when({ type: 'configure', ...wanted })
    .refuses(t, paused);
  given(cluster, [modern, restored(2), resumed])
    .when({ type: 'configure', ...wanted })
    .decides(t, configured(wanted));
  given(cluster, after)
    .when({ type: 'configure', ...configuration, minReader: 5, quarantineSeconds: 7 })
    .decides(t, configured({ ...configuration, minReader: 5, quarantineSeconds: 7 }));
});

test('an operator ends the pause, once; the next restore begins another', (t) => {
  given(cluster, after).when(resume).onceOnly(t);
  given(cluster, after).when(resume).decides(t, resumed);
  given(cluster, history).when(resume).decides(t);
  given(cluster, [...after, resumed])
    .when(join('n2', hour(1)))
    .decides(t, joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24', hour(1)));
  given(cluster, [...after, resumed, restored(3)])
    .when(join('n2', hour(1)))
    .refuses(t, { ...paused, epoch: 3 });
});

test('the pause outlives a snapshot', (t) => {
  for (const events of [after, [...after, resumed]])
    t.deepEqual(
      throughSnapshot(t, clusterStateCodec, fold(cluster, events), 'as it is'),
      fold(cluster, events),
    );
});
