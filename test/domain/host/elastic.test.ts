import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { cidr, leaseObserved, podAdded, podDeleted } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, deletePod, joinRequested, leaveRequested, started } from '../../support/host.ts';

const [first, second, v6] = ['10.244.0.0/30', '10.244.0.4/30', 'fd00:244::/124'].map(cidr) as [
  ReturnType<typeof cidr>,
  ReturnType<typeof cidr>,
  ReturnType<typeof cidr>,
];

/** One address each of IPv4; two subnets of a family at most. */
const observed = (
  subnets: ReadonlyArray<typeof first>,
  more: Partial<Extract<HostEvent, { readonly type: 'LeaseObserved' }>> = {},
): HostEvent => ({ ...leaseObserved, subnets, minReader: 6, maxSubnetsPerNode: 2, ...more });

const withOne = [started, joinRequested, observed([first])];
const full = [...withOne, podAdded('c1', '10.244.0.2')];
const requested: HostEvent = { type: 'SubnetRequested', full: [first] };
const withTwo = [...full, requested, observed([first, second], { clusterRevision: 7 })];
const retired: HostEvent = { type: 'SubnetRetired', subnets: [second] };
const surrendered: HostEvent = { type: 'LeaseSurrendered', subnets: [second], leaving: false };

const request = { type: 'request-subnets', again: false } as const;
const retire = { type: 'retire-subnets', subnets: [first, second] } as const;

const observe = (subnets: ReadonlyArray<typeof first>, clusterRevision = 9) => {
  const { type: _, ...lease } = {
    ...leaseObserved,
    subnets,
    minReader: 6,
    maxSubnetsPerNode: 2,
    clusterRevision,
  };
  return { type: 'observe-lease' as const, ...lease };
};

test('a node whose subnet is full asks for another, once', (t) => {
  given(host, withOne).when(request).decides(t);
  given(host, full).when(request).decides(t, requested);
  given(host, full).when(request).onceOnly(t);
  given(host, [...full, requested])
    .when({ ...request, again: true })
    .decides(t, requested);
});

test('what has no room is asked for in its own family only', (t) => {
  const dual = [started, joinRequested, observed([first, v6]), podAdded('c1', '10.244.0.2')];
  given(host, dual).when(request).decides(t, requested);
});

test('at the maximum, leaving, or where older programs read along, nothing is asked for', (t) => {
  given(host, [...withTwo, podAdded('c2', '10.244.0.6')])
    .when(request)
    .decides(t);
  given(host, [...full, leaveRequested])
    .when(request)
    .decides(t);
  given(host, [started, joinRequested, observed([first], { minReader: 5 }), podAdded('c1', '10.244.0.2')])
    .when(request)
    .refuses(t, { type: 'readers-too-old', minReader: 5, needed: 6 });
});

test('an ADD that finds no address says whether another subnet may come', (t) => {
  given(host, full)
    .when(addPod('c2'))
    .refuses(t, { type: 'subnet-awaited', subnets: [first], capacity: '1', most: 2 });
  given(host, [...withTwo, podAdded('c2', '10.244.0.6')])
    .when(addPod('c3'))
    .refuses(t, { type: 'subnet-exhausted', subnets: [first, second], capacity: '2' });
  given(host, [started, joinRequested, observed([first], { minReader: 5 }), podAdded('c1', '10.244.0.2')])
    .when(addPod('c2'))
    .refuses(t, { type: 'subnet-exhausted', subnets: [first], capacity: '1' });
});

test('the first subnet with room gives, though its address was given before and a later subnet has new ones', (t) => {
  const { commandId, requestId } = addPod('c2');
  given(host, withTwo)
    .when(addPod('c2'))
    .decides(t, podAdded('c2', '10.244.0.6', { commandId, requestId }));
  given(host, [...withTwo, podDeleted('c1', '10.244.0.2')])
    .when(addPod('c2'))
    .decides(t, podAdded('c2', '10.244.0.2', { commandId, requestId }));
});

test('an extra subnet is retired when it is empty, the first never, and gives nothing from then on', (t) => {
  given(host, withTwo).when(retire).decides(t, retired);
  given(host, withTwo).when(retire).onceOnly(t);
  given(host, [...withTwo, podAdded('c2', '10.244.0.6')])
    .when(retire)
    .decides(t);
  given(host, [...withTwo, retired])
    .when(addPod('c2'))
    .refuses(t, { type: 'subnet-awaited', subnets: [first], capacity: '1', most: 2 });
});

test('only what is retired is surrendered, and the lease stays', (t) => {
  given(host, withTwo).when({ type: 'surrender-retired' }).decides(t);
  given(host, [...withTwo, retired])
    .when({ type: 'surrender-retired' })
    .decides(t, surrendered);
  given(host, [...withTwo, retired, surrendered])
    .when({ type: 'surrender-retired' })
    .decides(t);
  const { commandId, requestId } = addPod('c2');
  given(host, [...withTwo, podDeleted('c1', '10.244.0.2'), retired, surrendered])
    .when(addPod('c2'))
    .decides(t, podAdded('c2', '10.244.0.2', { commandId, requestId }));
});

test('what was retired is not taken up again until the cluster has released it', (t) => {
  for (const way of [[retired], [retired, surrendered]]) {
    const back = [...withTwo, ...way];
    given(host, back)
      .when(observe([first, second]))
      .decides(t);
    given(host, [...back, observed([first, second], { minReader: 7 })])
      .when(addPod('c2'))
      .refuses(t, { type: 'subnet-awaited', subnets: [first], capacity: '1', most: 2 });
  }
  const released = observed([first], { clusterRevision: 9 });
  given(host, [...withTwo, retired, surrendered])
    .when(observe([first]))
    .decides(t, released);
  given(host, [...withTwo, retired, surrendered, released])
    .when(observe([first, second], 10))
    .decides(t, observed([first, second], { clusterRevision: 10 }));
});

test('what was surrendered as a whole, and what was leased to it meanwhile, is not taken up again before nothing is held', (t) => {
  const leaving: HostEvent = { type: 'LeaseSurrendered', subnets: [first, second], leaving: true };
  const asksAgain = [podDeleted('c1', '10.244.0.2'), leaveRequested, leaving, joinRequested];
  const back = [...withTwo, ...asksAgain];
  // The release of the first alone is observed; then all that there was, and a lease behind that.
  given(host, back)
    .when(observe([second], 8))
    .decides(t);
  given(host, back)
    .when({ ...observe([second], 8), heldNothingAt: 4 })
    .decides(t);
  given(host, back)
    .when({ ...observe([second], 12), heldNothingAt: 11 })
    .decides(t, observed([second], { clusterRevision: 12 }));
  // The allocator grants what was asked for before the node left, and then hears that it left.
  const one: HostEvent = { ...leaving, subnets: [first] };
  const waiting = [...full, requested, podDeleted('c1', '10.244.0.2'), leaveRequested, one, joinRequested];
  given(host, waiting)
    .when(observe([first, second], 6))
    .decides(t);
});

test('a fence behind which the node held nothing keeps no later lease away', (t) => {
  const gone: HostEvent = { type: 'FenceObserved', reason: 'left', clusterRevision: 8 };
  const whole: HostEvent = { type: 'LeaseSurrendered', subnets: [first], leaving: false };
  given(host, [...withOne, gone, whole, joinRequested])
    .when({ ...observe([second], 9), heldNothingAt: 8 })
    .decides(t, observed([second], { clusterRevision: 9 }));
});

test('whoever leaves gives back what was retired and not surrendered, and nothing twice', (t) => {
  const leaving: HostEvent = { type: 'LeaseSurrendered', subnets: [first, second], leaving: true };
  given(host, [...withTwo, retired, leaveRequested])
    .when(deletePod('c1'))
    .decides(t, podDeleted('c1', '10.244.0.2'), leaving);
  given(host, [...withTwo, retired, surrendered, leaveRequested])
    .when(deletePod('c1'))
    .decides(t, podDeleted('c1', '10.244.0.2'), { ...leaving, subnets: [first] });
});
