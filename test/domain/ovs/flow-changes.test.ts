import test from 'ava';
import type { Flow, FlowSeen } from '../../../domain/ovs/flow.ts';
import { flowChanges } from '../../../domain/ovs/flow-changes.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podAdded } from '../../support/events.ts';

const one = podFlows(podAdded('c1', '10.244.0.2', { hostIfname: 'evio00000000001' }), 1);
const other = podFlows(podAdded('c2', '10.244.0.3', { hostIfname: 'evio00000000002' }), 2);
const seen = (flows: ReadonlyArray<Flow>): ReadonlyArray<FlowSeen> =>
  flows.map((flow) => ({ cookie: flow.cookie, flow }));
const add = (flow: Flow) => ({ type: 'add' as const, flow });
const cookieOf = (flows: ReadonlyArray<Flow>): string => flows[0]?.cookie ?? '';

test('what is there in whatever order needs no change', (t) => {
  const shuffled = [...other, ...one].reverse().map(({ match, ...flow }) => ({
    ...flow,
    match: Object.fromEntries(Object.entries(match).reverse()),
  }));
  t.deepEqual(flowChanges([...one, ...other], seen(shuffled)), []);
});

test('what is missing is added, and only that', (t) => {
  t.deepEqual(flowChanges([...one, ...other], seen([...one, ...other.slice(2)])), other.slice(0, 2).map(add));
  t.deepEqual(flowChanges(one, []), one.map(add));
});

test('flows of ours that belong to nobody go, before anything is added', (t) => {
  t.deepEqual(flowChanges(one, seen(other)), [{ type: 'remove', cookie: cookieOf(other) }, ...one.map(add)]);
});

test('an attachment with one flow too many, or one that reads otherwise, is written anew', (t) => {
  const moved = podFlows(podAdded('c1', '10.244.0.2', { hostIfname: 'evio00000000001' }), 9);
  const anew = [{ type: 'remove' as const, cookie: cookieOf(one) }, ...one.map(add)];
  t.deepEqual(flowChanges(one, seen([...one, ...moved.slice(0, 1)])), anew);
  t.deepEqual(flowChanges(one, [...seen(one), { cookie: cookieOf(one) }]), anew);
});
