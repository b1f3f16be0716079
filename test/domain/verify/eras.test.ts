import test from 'ava';
import { fold } from '../../../domain/decider.ts';
import { carried } from '../../../domain/host/carried-state.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { EraOpened, HostEvent } from '../../../domain/host/events.ts';
import { eraOf } from '../../../domain/stream.ts';
import type { Law } from '../../../domain/verify/fault.ts';
import { ip, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { hostStreamOf, type Told, written } from '../../support/logged.ts';
import { beginning, host, verify } from '../../support/told-history.ts';

const stream = hostStreamOf('node-1');
const second = (event: HostEvent): Told => [eraOf(stream, 2), event];

const first: ReadonlyArray<Told> = [
  ...beginning,
  host({ ...leaseObserved, minReader: 3 }),
  host(podAdded('c1', '10.244.0.2')),
  host(podWired('c1')),
  host(podAdded('c2', '10.244.0.3')),
  host(podAdded('c3', '10.244.0.4')),
  host(podDeleted('c3', '10.244.0.4')),
  host(podDeleted('c2', '10.244.0.3')),
];

const lastOf = (told: ReadonlyArray<Told>) => {
  const last = written(...told).findLast((event) => event.stream === stream);
  if (last === undefined) throw new Error('the stream has no event');
  return { revision: last.revision, hash: last.hash };
};

const closing: ReadonlyArray<Told> = [...first, host({ type: 'EraClosed', head: lastOf(first) })];

const events = first.flatMap(([of, event]) => (of === stream ? [event as HostEvent] : []));

const opened: EraOpened = {
  type: 'EraOpened',
  era: 2,
  previous: { stream, ...lastOf(closing) },
  ...carried(fold(decider, events)),
};

const breachOf = (...told: ReadonlyArray<Told>) => {
  const { fault, breach } = verify(written(...told));
  if (fault !== undefined) throw new Error(JSON.stringify(fault));
  return breach;
};

test('a life goes on through eras: the pod of the first is deleted in the second, and addresses come in their order', (t) => {
  const told = [
    ...closing,
    second(opened),
    second(podAdded('c4', '10.244.0.5')),
    second(podDeleted('c1', '10.244.0.2')),
  ];
  t.is(breachOf(...told), undefined);
});

test('what an era carries counts: an address that is still held is not given again', (t) => {
  const twice = breachOf(...closing, second(opened), second(podAdded('c4', '10.244.0.2')));
  t.like(twice, { law: 'address-once', position: 15 });
  t.deepEqual(
    twice?.involved.map(({ position }) => position),
    [7],
  );
});

const [held] = opened.held;
const [pool] = opened.pools;
if (held === undefined || pool === undefined) throw new Error('a pod is held of a pool');

const untrue: ReadonlyArray<readonly [string, Partial<EraOpened>, string]> = [
  ['a pod is missing', { held: [] }, 'held'],
  ['a pod that was never added', { held: [held, { ...held, containerId: 'c9' }] }, 'held'],
  ['a pod has another address', { held: [{ ...held, addresses: [] }] }, 'held'],
  ['a returned address is missing', { pools: [{ ...pool, returned: pool.returned.slice(1) }] }, 'pools'],
  [
    'returned addresses are in another order',
    { pools: [{ ...pool, returned: [{ first: ip('10.244.0.3'), count: 2, since: '' }] }] },
    'pools',
  ],
  ['the cursor is elsewhere', { pools: [{ ...pool, next: '9' }] }, 'pools'],
  ['another boot', { bootId: 'another' }, 'bootId'],
  ['a fence that nobody saw', { fence: 'replaced' }, 'fence'],
  ['it is on its way out', { leaveRequested: true }, 'leaveRequested'],
];

for (const [what, change, key] of untrue) {
  test(`an era that begins with what was not so is found: ${what}`, (t) => {
    const breach = breachOf(...closing, second({ ...opened, ...change }));
    t.like(breach, { law: 'era-opened', position: 14 });
    t.true(breach?.expected.startsWith(key), breach?.expected);
  });
}

const { previous } = opened;

const misplaced: ReadonlyArray<readonly [string, Law, ReadonlyArray<Told>]> = [
  ['written on behind its end', 'era-closed', [...closing, host(podWired('c1'))]],
  [
    'closed behind another event',
    'era-closed',
    [...first, host({ type: 'EraClosed', head: { revision: 4, hash: previous.hash } })],
  ],
  ['opened though the one before is open', 'era-opened', [...first, second(opened)]],
  ['not opened', 'era-opened', [...closing, second(podWired('c1'))]],
  ['opened in the same stream', 'era-opened', [...closing, host(opened)]],
  ['opened as the third', 'era-opened', [...closing, [eraOf(stream, 3), { ...opened, era: 3 }]]],
  ['opened twice', 'era-opened', [...closing, second(opened), second(opened)]],
  [
    'opened behind another end',
    'era-opened',
    [...closing, second({ ...opened, previous: { ...previous, hash: 'ab'.repeat(32) } })],
  ],
  [
    'opened behind another revision',
    'era-opened',
    [...closing, second({ ...opened, previous: { ...previous, revision: 3 } })],
  ],
];

for (const [what, law, told] of misplaced) {
  test(`an era ${what} is found by law ${law}`, (t) => {
    t.like(breachOf(...told), { law, position: told.length - 1 });
  });
}
