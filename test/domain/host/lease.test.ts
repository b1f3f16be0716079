import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import { leaseObserved, nodeName, podAdded, podDeleted } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import {
  addPod,
  bootId,
  deletePod,
  fenced,
  joined,
  joinRequested,
  leaveRequested,
  started,
  surrendered,
} from '../../support/host.ts';

const observeLease = (() => {
  const { type: _, ...lease } = leaseObserved;
  return { type: 'observe-lease' as const, ...lease };
})();

test('a join is requested until there is a lease, so that a node that was refused may ask again', (t) => {
  const requestJoin = { type: 'request-join' as const, node: nodeName('node-1'), publicKey: 'key' };
  given(host, [started]).when(requestJoin).decides(t, joinRequested);
  given(host, [started, joinRequested]).when(requestJoin).decides(t, joinRequested);
  given(host, joined).when(requestJoin).decides(t);
});

test('a node whose pods use subnets already asks for these by name', (t) => {
  const held = { subnets: leaseObserved.subnets, from: 'etcd' as const };
  const requestJoin = { type: 'request-join' as const, node: nodeName('node-1'), publicKey: 'key', held };
  given(host, [started])
    .when(requestJoin)
    .decides(t, {
      type: 'JoinRequested',
      node: nodeName('node-1'),
      publicKey: 'key',
      held,
    });
  given(host, joined).when(requestJoin).decides(t);
});

test('a lease is learnt once', (t) => {
  given(host, [started, joinRequested]).when(observeLease).onceOnly(t);
});

test('a lease that this node did not ask for is not taken', (t) => {
  given(host, [started]).when(observeLease).decides(t);
});

test('leaving with no pods surrenders the lease at once', (t) => {
  given(host, joined).when({ type: 'request-leave' }).decides(t, leaveRequested, surrendered(true));
});

test('leaving with pods takes no new ones and surrenders with the last', (t) => {
  const leaving = [...joined, podAdded('c1', '10.244.0.2'), podAdded('c2', '10.244.0.3'), leaveRequested];
  given(host, [...joined, podAdded('c1', '10.244.0.2')])
    .when({ type: 'request-leave' })
    .onceOnly(t);
  given(host, leaving).when(addPod('c3')).refuses(t, { type: 'leaving' });
  given(host, leaving).when(deletePod('c1')).decides(t, podDeleted('c1', '10.244.0.2'));
  given(host, [...leaving, podDeleted('c1', '10.244.0.2')])
    .when(deletePod('c2'))
    .decides(t, podDeleted('c2', '10.244.0.3'), surrendered(true));
});

test('a fenced node takes no new pods, keeps its own, and surrenders with the last', (t) => {
  const observe = { type: 'observe-fence' as const, reason: 'replaced', clusterRevision: 5 };
  given(host, [...joined, podAdded('c1', '10.244.0.2')])
    .when(observe)
    .onceOnly(t);
  given(host, [...joined, podAdded('c1', '10.244.0.2'), fenced])
    .when(addPod('c2'))
    .refuses(t, { type: 'lease-fenced', reason: 'replaced' });
  given(host, [...joined, podAdded('c1', '10.244.0.2'), fenced])
    .when(deletePod('c1'))
    .decides(t, podDeleted('c1', '10.244.0.2'), surrendered(false));
  given(host, joined).when(observe).decides(t, fenced, surrendered(false));
});

test('after surrendering, an old decision of the cluster gives the lease not back', (t) => {
  given(host, [...joined, leaveRequested, surrendered(true)])
    .when(observeLease)
    .decides(t);
});

test('a lease that is held is observed again when the cluster raises its oldest reader, once', (t) => {
  const { podCidrs, hostCidr } = leaseObserved;
  const observe = {
    type: 'observe-configuration' as const,
    podCidrs,
    hostCidr,
    minReader: 2,
    clusterRevision: 9,
  };
  given(host, joined)
    .when(observe)
    .decides(t, { ...leaseObserved, minReader: 2, clusterRevision: 9 });
  given(host, joined).when(observe).onceOnly(t);
  given(host, joined)
    .when({ ...observe, minReader: 1 })
    .decides(t);
  given(host, [started, joinRequested]).when(observe).decides(t);
});

test('an oldest reader that is raised takes no fence away', (t) => {
  given(host, [...joined, fenced])
    .when({ ...observeLease, type: 'observe-configuration', minReader: 2, clusterRevision: 9 })
    .decides(t);
});

test('a start records whether the clock was kept, where that is known', (t) => {
  const start = { type: 'start' as const, bootId };
  given(host, []).when(start).decides(t, started);
  for (const clockSynchronised of [true, false])
    given(host, [])
      .when({ ...start, clockSynchronised })
      .decides(t, { type: 'HostStarted', bootId, clockSynchronised });
});

test('a node that was re-imaged says so with its request, and what it knows of its machine', (t) => {
  const hints = { machine: 'a'.repeat(64) };
  const ask = {
    type: 'request-join' as const,
    node: nodeName('node-1'),
    publicKey: 'key',
    hints,
    replace: true,
  };
  given(host, [started])
    .when(ask)
    .decides(t, { ...joinRequested, hints, replace: true } as typeof joinRequested);
});

const continues = { stream: 'host-evio:node-1:before', revision: 41, hash: 'b'.repeat(64) };

test('the first lease of a life that replaced another says from where it goes on, once', (t) => {
  const observe = { ...observeLease, continues };
  given(host, [started, joinRequested])
    .when(observe)
    .decides(t, { type: 'IncarnationContinued', ...continues }, leaseObserved);
  given(host, [started, joinRequested]).when(observe).onceOnly(t);
  const again = { ...observe, clusterRevision: 9, heldNothingAt: 8 };
  given(host, [...joined, surrendered(false), joinRequested])
    .when(again)
    .decides(t, { ...leaseObserved, clusterRevision: 9 });
});

test('a fence is lifted by surrender alone: a lease that is seen again is not taken up again', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2'), fenced])
    .when({ ...observeLease, minReader: 2, clusterRevision: 9 })
    .decides(t);
  given(host, [...joined, fenced, surrendered(false), joinRequested])
    .when({ ...observeLease, clusterRevision: 9, heldNothingAt: 8 })
    .decides(t, { ...leaseObserved, clusterRevision: 9 });
});
