import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent, SubnetReleased } from '../../../domain/cluster/events.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { fold } from '../../../domain/decider.ts';
import {
  again,
  attested,
  configuration,
  configured,
  expire,
  hour,
  joined,
  lease,
  leased,
  life,
  node,
  presented,
  release,
  released,
  releaseExpired,
  replaced,
  restored,
  revoked,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

/** Four hours: a holder is waited for five. */
const ttl = { ...configuration, minReader: 7, leaseTtlSeconds: 14_400 };
const subnet = '10.244.0.0/24';
const one = [configured(ttl), joined('n1', '10.10.0.1'), leased('n1', subnet)];
const reason = `the ledger has not heard of n1 since ${hour(1)}, and the lease's TTL is over`;
const takenBack = [...one, revoked('n1', subnet, reason)];
const byTtl = (name: string, of: string, asOf: string, heardAt: string): SubnetReleased => ({
  ...released(name, of, asOf, 'ttl'),
  heardAt,
});
const gone: ReadonlyArray<ClusterEvent> = [...takenBack, byTtl('n1', subnet, hour(6), hour(1))];

test('what a silent holder has is taken back first, and released when it was still silent then', (t) => {
  given(cluster, one)
    .when(expire('n1', hour(1), hour(6)))
    .decides(t, revoked('n1', subnet, reason));
  given(cluster, one)
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t);
  given(cluster, takenBack)
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t, byTtl('n1', subnet, hour(6), hour(1)));
});

test('both are decided once', (t) => {
  given(cluster, one)
    .when(expire('n1', hour(1), hour(6)))
    .onceOnly(t);
  given(cluster, takenBack)
    .when(releaseExpired('n1', hour(1), hour(6)))
    .onceOnly(t);
});

test('neither is decided before the TTL and its margin are over, by the longer of both TTLs', (t) => {
  for (const events of [one, takenBack])
    for (const decided of [expire, releaseExpired]) {
      given(cluster, events)
        .when(decided('n1', hour(1), hour(5.99)))
        .decides(t);
      given(cluster, events)
        .when({ ...decided('n1', hour(1), hour(6)), ttlSeconds: 18_000 })
        .decides(t);
    }
});

test('without a TTL, of another life, of one that an operator spoke for, or that holds nothing, nothing is decided', (t) => {
  const { leaseTtlSeconds: _, ...never } = ttl;
  for (const events of [
    [configured(never), ...one.slice(1)],
    [...one, attested('n1')],
    [...one, attested('n1'), replaced('n1')],
    [...one, released('n1', subnet)],
  ])
    for (const decided of [expire, releaseExpired])
      given(cluster, [...events, revoked('n1', '10.244.9.0/24')])
        .when(decided('n1', hour(1), hour(90)))
        .decides(t);
});

test('what an operator took back is released by the TTL as well', (t) => {
  given(cluster, [...one, revoked('n1', subnet, 'moved')])
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t, byTtl('n1', subnet, hour(6), hour(1)));
});

test('a log that was restored may have lost what it heard: nothing expires until leasing goes on', (t) => {
  given(cluster, [...takenBack, restored(2)])
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t);
  given(cluster, [...one, restored(2)])
    .when(expire('n1', hour(1), hour(6)))
    .decides(t);
  given(cluster, [...takenBack, restored(2), { type: 'LeasingResumed', reason: 'all are there' }])
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t, byTtl('n1', subnet, hour(6), hour(1)));
});

test('while another life of the node serves on and awaits an operator’s word, the silence of the one before takes nothing back', (t) => {
  const second = { ...presented('n1', { place: subnet, holder: node('n1') }), incarnation: life(2) };
  const resumed = { type: 'LeasingResumed', reason: 'all are there' } as const;
  const silent = expire('n1', hour(1), hour(90));
  const awaited = [...one, restored(2), second, resumed];
  given(cluster, awaited).when(silent).decides(t);
  // It gave back what it used; both were seen to run, so it is fenced; it is the member itself, or of another node.
  for (const events of [
    [...awaited, { ...second, contested: [] }],
    [...awaited, presented('n1')],
    [...one, restored(2), { ...second, incarnation: life(1) }, resumed],
    [...one, restored(2), { ...second, node: node('n2') }, resumed],
  ])
    given(cluster, events)
      .when(silent)
      .decides(t, revoked('n1', subnet, reason));
});

test('what expires goes to who was refused it', (t) => {
  const contested = [
    ...takenBack,
    restored(2),
    joined('n2', '10.10.0.2'),
    presented('n2', { place: subnet }),
    { type: 'LeasingResumed', reason: 'all are there' } as const,
  ];
  given(cluster, contested)
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t, byTtl('n1', subnet, hour(6), hour(1)), again('n2', subnet, hour(6)));
});

test('quarantine counts from the release, and never from a stamp behind the last one', (t) => {
  const small = configured({ ...ttl, podCidrs: [{ cidr: ttl.podCidrs[0]?.cidr as never, nodeBits: 1 }] });
  const two = [small, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/17')];
  given(cluster, [
    ...two,
    joined('n2', '10.10.0.2'),
    leased('n2', '10.244.128.0/17', hour(8)),
    revoked('n1', '10.244.0.0/17'),
  ])
    .when(releaseExpired('n1', hour(1), hour(6)))
    .decides(t, byTtl('n1', '10.244.0.0/17', hour(8), hour(1)));
});

test('a life that comes back gives back what is another’s by now, and is leased anew', (t) => {
  const back = [...gone, joined('n2', '10.10.0.2'), leased('n2', subnet, hour(31))];
  given(cluster, back)
    .when({ ...release('n1', hour(40), [subnet]), incarnation: life(1) } as never)
    .decides(t);
  given(cluster, back)
    .when(lease('n1', hour(40)))
    .decides(t, leased('n1', '10.244.1.0/24', hour(40)));
  // With the new lease what was lost before is settled.
  given(cluster, [...back, leased('n1', '10.244.1.0/24', hour(40))])
    .when(release('n1', hour(41), [subnet]))
    .refuses(t, { type: 'not-holder', node: 'n1' as never, subnet: subnet as never, holder: 'n2' });
});

test('what was lost goes through a snapshot', (t) => {
  const state = fold(cluster, gone);
  t.deepEqual(throughSnapshot(t, clusterStateCodec, state, 'as it is'), fold(cluster, gone));
  t.deepEqual(state.members.get('n1' as never)?.expired, [subnet as never]);
});
