import test from 'ava';
import { podRoutes, strayRoutes, vlansOf, withoutRoute } from '../../../domain/kernel/pod-routes.ts';
import { podAdded } from '../../support/events.ts';

const attached = (containerId: string, address: string, vlan?: number) => ({
  ...podAdded(containerId, address, vlan === undefined ? {} : { vlan }),
  status: 'attached' as const,
});

const plain = attached('c1', '10.244.0.2');
const one = attached('c2', '10.244.0.3', 100);
const other = attached('c3', 'fd00:244::4', 7);
const all = new Map([
  ['c1', plain],
  ['c2', one],
  ['c3', other],
]);
const routes = [...podRoutes('evio0', one), ...podRoutes('evio0', other)];
const nobody: ReadonlySet<string> = new Set();

test('a pod in a VLAN is reached through its gateway, any other by its subnet', (t) => {
  t.deepEqual(podRoutes('evio0', plain), []);
  t.deepEqual(podRoutes('evio0', one), [{ address: '10.244.0.3', device: 'evio0.100' }]);
  t.deepEqual(podRoutes('evio0', other), [{ address: 'fd00:244::4', device: 'evio0.7' }]);
});

test('a VLAN is in use while any attachment is in it', (t) => {
  t.deepEqual(vlansOf([plain]), []);
  t.deepEqual(vlansOf([one, plain, other, one]), [7, 100]);
});

test('routes that are missing are those of attached pods that nobody is busy with', (t) => {
  t.deepEqual(withoutRoute('evio0', all, routes, nobody), []);
  t.deepEqual(withoutRoute('evio0', all, [], nobody), ['c2', 'c3']);
  t.deepEqual(withoutRoute('evio0', all, [], new Set(['c2'])), ['c3']);
  t.deepEqual(withoutRoute('evio0', new Map([['c2', { ...one, status: 'reserved' }]]), [], nobody), []);
  // By another VLAN's gateway it is not the pod's.
  t.deepEqual(withoutRoute('evio0', all, [{ address: '10.244.0.3', device: 'evio0.7' }], nobody), [
    'c2',
    'c3',
  ]);
});

test('a route that leads to nobody, or by another way, is stray', (t) => {
  t.deepEqual(strayRoutes('evio0', all.values(), routes), []);
  const stray = [
    { address: '10.244.0.9', device: 'evio0.100' },
    { address: '10.244.0.3', device: 'evio0.7' },
    { address: '10.244.0.2', device: 'evio0.100' },
  ];
  t.deepEqual(strayRoutes('evio0', all.values(), [...routes, ...stray]), stray);
  // What is reserved has its route already.
  const reserved = { ...one, status: 'reserved' };
  t.deepEqual(strayRoutes('evio0', [reserved], podRoutes('evio0', one)), []);
});
