import test from 'ava';
import { fold } from '../../../domain/decider.ts';
import { carried, restoreCarried } from '../../../domain/host/carried-state.ts';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { hostStateCodec } from '../../../domain/host/stored-state.ts';
import { leaseObserved } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, fenced, joinRequested, started, surrendered } from '../../support/host.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

const observed: HostEvent = { ...leaseObserved, minReader: 7, leaseTtlSeconds: 3600 };
const renewed: HostEvent = { type: 'LeaseRenewed' };
const withTtl = [started, joinRequested, observed];
const renew = { type: 'renew-lease' } as const;

test('a lease with a TTL is renewed each time that it is due, a fenced one too, for its pods run', (t) => {
  given(host, withTtl).when(renew).decides(t, renewed);
  given(host, [...withTtl, renewed])
    .when(renew)
    .decides(t, renewed);
  given(host, [...withTtl, fenced])
    .when(renew)
    .decides(t, renewed);
});

test('a lease without a TTL, and no lease, are never renewed', (t) => {
  given(host, [started, joinRequested, leaseObserved]).when(renew).decides(t);
  given(host, [...withTtl, surrendered(false)])
    .when(renew)
    .decides(t);
});

test('that the cluster has a TTL, or another one, is learnt once', (t) => {
  const { type: _, ...lease } = { ...leaseObserved, minReader: 7, clusterRevision: 9 };
  const observe = (more: object) =>
    ({ type: 'observe-lease', ...lease, heldNothingAt: undefined, ...more }) as const;
  for (const leaseTtlSeconds of [60, 7200])
    given(host, withTtl)
      .when(observe({ leaseTtlSeconds }))
      .decides(t, { ...leaseObserved, minReader: 7, clusterRevision: 9, leaseTtlSeconds });
  given(host, withTtl)
    .when(observe({}))
    .decides(t, { ...leaseObserved, minReader: 7, clusterRevision: 9 });
  given(host, withTtl)
    .when(observe({ leaseTtlSeconds: 3600 }))
    .decides(t);
});

test('the TTL goes through a snapshot and into the next era', (t) => {
  const state = fold(host, withTtl);
  t.is(throughSnapshot(t, hostStateCodec, state, 'as it is').lease?.leaseTtlSeconds, 3600);
  const previous = { stream: 'host-evio:node-1', revision: 9, hash: 'ab' };
  const opened = { type: 'EraOpened', era: 2, previous, ...carried(state) } as const;
  t.is(restoreCarried(opened).lease?.leaseTtlSeconds, 3600);
});

test('what was renewed changes nothing of what is given', (t) => {
  const before = host.decide(addPod('c1'), fold(host, withTtl));
  t.deepEqual(host.decide(addPod('c1'), fold(host, [...withTtl, renewed])), before);
});
