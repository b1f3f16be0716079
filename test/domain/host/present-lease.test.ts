import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { cidr, leaseObserved } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { fenced, joinRequested, started, surrendered } from '../../support/host.ts';

const observed: HostEvent = { ...leaseObserved, minReader: 6, clusterRevision: 57 };
const held = [started, joinRequested, observed];
const present = {
  type: 'present-lease',
  publicKey: 'key',
  epoch: 2,
  minReader: 6,
  clusterRevision: 40,
} as const;
const { subnets, hostAddress } = leaseObserved;
const presented: HostEvent = {
  type: 'LeasePresented',
  publicKey: 'key',
  subnets,
  hostAddress,
  epoch: 2,
  known: 57,
  clusterRevision: 40,
};

test('a node says again what it holds, once for each epoch', (t) => {
  given(host, held).when(present).decides(t, presented);
  given(host, held).when(present).onceOnly(t);
  given(host, [...held, presented])
    .when({ ...present, epoch: 3, clusterRevision: 44 })
    .decides(t, { ...presented, epoch: 3, known: 40, clusterRevision: 44 });
});

test('it says so again where an operator made way', (t) => {
  given(host, [...held, presented])
    .when({ ...present, again: true, clusterRevision: 44 })
    .decides(t, { ...presented, known: 40, clusterRevision: 44 });
});

test('what it learnt in this epoch it need not say again', (t) => {
  given(host, [started, joinRequested, { ...observed, epoch: 2 } as HostEvent])
    .when(present)
    .decides(t);
});

test('what is on its way back is held until it is surrendered', (t) => {
  const extra = cidr('10.244.9.0/24');
  const two = { ...observed, subnets: [...subnets, extra], maxSubnetsPerNode: 2 } as HostEvent;
  const retired: HostEvent = { type: 'SubnetRetired', subnets: [extra] };
  given(host, [started, joinRequested, two, retired])
    .when(present)
    .decides(t, { ...presented, subnets: [...subnets, extra] });
  const givenBack: HostEvent = { type: 'LeaseSurrendered', subnets: [extra], leaving: false };
  given(host, [started, joinRequested, two, retired, givenBack]).when(present).decides(t, presented);
});

test('a fenced node presents too; one that holds nothing says so; one that never learnt of a cluster has nothing to say', (t) => {
  given(host, [...held, fenced])
    .when(present)
    .decides(t, { ...presented, known: 5 });
  const { hostAddress: _, ...nothing } = presented as Extract<HostEvent, { readonly type: 'LeasePresented' }>;
  given(host, [...held, surrendered(false)])
    .when(present)
    .decides(t, { ...nothing, subnets: [] });
  given(host, [started, joinRequested]).when(present).decides(t);
});

test('where older programs read the restored log it cannot be said, and is said when they do no longer', (t) => {
  given(host, held)
    .when({ ...present, minReader: 5 })
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
  given(host, [started, joinRequested, { ...leaseObserved, minReader: 5, clusterRevision: 57 }])
    .when(present)
    .decides(t, presented);
});

test('that its lease changed in the restored log does not spare a node saying what it holds', (t) => {
  const { type: _, ...lease } = leaseObserved;
  const { subnets: _s, hostAddress: _h, ...configured } = lease;
  const change = { minReader: 7, clusterRevision: 60, epoch: 2 };
  const changed: HostEvent = { ...leaseObserved, minReader: 7, clusterRevision: 60 };
  given(host, held)
    .when({ type: 'observe-configuration', ...configured, ...change })
    .decides(t, changed);
  given(host, held)
    .when({ type: 'observe-lease', ...lease, ...change })
    .decides(t, changed);
  given(host, [...held, presented])
    .when({ type: 'observe-lease', ...lease, ...change })
    .decides(t, { ...changed, epoch: 2 });
  given(host, [started, joinRequested])
    .when({ type: 'observe-lease', ...lease, ...change })
    .decides(t, { ...changed, epoch: 2 });
});

test('it goes by the restored log, where that says who reads along: its lease may tell of what the log lost', (t) => {
  given(host, [started, joinRequested, { ...leaseObserved, minReader: 5, clusterRevision: 57 }])
    .when({ ...present, minReader: 6 })
    .decides(t, presented);
  given(host, held)
    .when({ ...present, minReader: 5 })
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
});
