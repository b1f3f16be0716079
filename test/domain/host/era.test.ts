import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { fold } from '../../../domain/decider.ts';
import { carried } from '../../../domain/host/carried-state.ts';
import { host } from '../../../domain/host/decider.ts';
import { EraOpened, type HostEvent } from '../../../domain/host/events.ts';
import type { HostState } from '../../../domain/host/state.ts';
import { dice } from '../../../simulator/random.ts';
import { carriedOf, changeEra } from '../../support/eras.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, attachment, bootId, deletePod, joined, started } from '../../support/host.ts';
import { randomCommand } from '../../support/host-commands.ts';
import { hostStreamOf } from '../../support/logged.ts';

const head = { revision: 5, hash: 'ab'.repeat(32) };
const readable: HostEvent = { ...leaseObserved, minReader: 3 };
const serving = [...joined.slice(0, 2), readable];
const closed: HostEvent = { type: 'EraClosed', head };
const closeEra = { type: 'close-era' as const, head };

test('an era is closed behind its last event, once', (t) => {
  given(host, serving).when(closeEra).decides(t, closed);
  given(host, serving).when(closeEra).onceOnly(t);
});

test('behind a closed era nothing is decided', (t) => {
  for (const command of [addPod('c1'), deletePod('c1'), { type: 'start' as const, bootId }])
    given(host, [...serving, closed])
      .when(command)
      .refuses(t, { type: 'era-closed', era: 1 });
});

test('an era that older programs could not read is not closed', (t) => {
  given(host, joined).when(closeEra).refuses(t, { type: 'readers-too-old', minReader: 1, needed: 3 });
});

test('a node without a lease writes for nobody but itself, and closes its eras', (t) => {
  given(host, [started]).when(closeEra).decides(t, closed);
});

const { type: _p, ...first } = podAdded('c1', '10.244.0.2');
const { type: _l, clusterRevision: _r, ...lease } = { ...leaseObserved, minReader: 3 };
const previous = { stream: hostStreamOf('node-1'), revision: 6, hash: 'cd'.repeat(32) };

test('an era begins with all that the one before left: who holds, who was there, what comes next', (t) => {
  const before = fold(host, [
    ...serving,
    podAdded('c1', '10.244.0.2'),
    podAdded('c2', '10.244.0.3'),
    podAdded('c3', '10.244.0.4'),
    podAdded('c4', '10.244.0.6'),
    podWired('c1'),
    podDeleted('c4', '10.244.0.6'),
    podDeleted('c2', '10.244.0.3'),
    podDeleted('c3', '10.244.0.4'),
    closed,
  ]);
  given(host, [])
    .when({ type: 'open-era', previous, from: before })
    .decides(t, {
      type: 'EraOpened',
      era: 2,
      previous,
      bootId,
      joinRequested: true,
      leaveRequested: false,
      lease,
      clusterRevision: 2,
      held: [{ ...first, status: 'attached' }],
      pools: [
        {
          subnet: cidr('10.244.0.0/24'),
          returned: [
            { first: ip('10.244.0.6'), count: 1, since: '' },
            { first: ip('10.244.0.3'), count: 2, since: '' },
          ],
          next: '3',
        },
      ],
    });
  given(host, []).when({ type: 'open-era', previous, from: before }).onceOnly(t);
});

test('a pod reserved in one era is wired in the next, and its address comes back to its pool', (t) => {
  const before = fold(host, [...serving, podAdded('c1', '10.244.0.2'), closed]);
  const opened = host.decide({ type: 'open-era', previous, from: before }, host.initialState());
  if (E.isLeft(opened)) return t.fail();
  given(host, opened.right)
    .when({ type: 'wire-pod', ...attachment('c1') })
    .decides(t, podWired('c1'));
  given(host, opened.right).when(deletePod('c1')).decides(t, podDeleted('c1', '10.244.0.2'));
});

/** A node whose cluster's readers know eras, which `randomCommand` says nothing of. */
const command = (roll: (below: number) => number, step: number) => {
  const asked = randomCommand(roll, step);
  return asked.type === 'observe-lease' ? { ...asked, minReader: 4 } : asked;
};

test('with eras changed anywhere a history decides, gives and folds to the same as without them', (t) => {
  let changes = 0;
  const exhausted = { pools: 0, given: 0, allocated: 0 };
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, every) => {
      const roll = dice(seed);
      const when = dice(seed + 1);
      let whole = host.initialState();
      let parted: HostState = host.initialState();
      for (let step = 0; step < 400; step += 1) {
        const asked = command(roll, step);
        const decision = host.decide(asked, whole);
        const alike = host.decide(asked, parted);
        if (!isDeepStrictEqual(alike, decision)) t.deepEqual(alike, decision, asked.type);
        for (const event of E.isRight(decision) ? decision.right : []) {
          whole = host.evolve(whole, event);
          parted = host.evolve(parted, event);
          if (event.type === 'PodAdded') exhausted.given += 1;
          if (event.type === 'AddressesAllocated') exhausted.allocated += 1;
        }
        for (const { next } of whole.pools.values()) if (next === undefined) exhausted.pools += 1;
        if (when(every) === 0 && parted.lease?.minReader === 4) {
          const changed = changeEra(parted, { revision: step, hash: head.hash });
          t.is(changed.state.era, parted.era + 1);
          parted = changed.state;
          changes += 1;
        }
      }
      return isDeepStrictEqual(carriedOf(parted), carriedOf(whole));
    }),
    { numRuns: 40 },
  );
  t.true(changes > 100 && exhausted.pools > 100 && exhausted.given > 100, 'reuse across eras occurs');
  t.true(exhausted.allocated > 100, 'also of what evio-ipam gives');
});

test('what is carried goes through its stored text unchanged, of both families, a full pool and a long way into a /64', (t) => {
  const subnets = [cidr('10.244.0.0/29'), cidr('fd00:244::/64')];
  const state = fold(host, [
    ...serving.slice(0, 2),
    { ...leaseObserved, subnets, minReader: 3 },
    ...[2, 3, 4, 5, 6].map((n) =>
      podAdded(`c${n}`, `10.244.0.${n}`, {
        addresses: [
          { address: ip(`10.244.0.${n}`), choice: { by: 'policy', policy: 'next-free/1' } },
          { address: ip(`fd00:244::${n}`), choice: { by: 'policy', policy: 'next-free/1' } },
        ],
      }),
    ),
    { ...podDeleted('c4', '10.244.0.4'), addresses: [ip('10.244.0.4'), ip('fd00:244::4')] },
    { ...podDeleted('c3', '10.244.0.3'), addresses: [ip('10.244.0.3'), ip('fd00:244::3')] },
  ]);
  const { opening } = changeEra(state, head);
  const [opened] = opening;
  const text = canonicalJson(JSON.parse(JSON.stringify(opened)));
  t.deepEqual(EraOpened.decode(JSON.parse(text)), E.right(opened as never));
  const again = fold(host, opening);
  t.deepEqual(carried(again), carried(state));
  t.deepEqual(again.pools.get(subnets[0] ?? cidr(''))?.held, state.pools.get(subnets[0] ?? cidr(''))?.held);
  t.is(again.pools.get(subnets[0] ?? cidr(''))?.next, undefined);
});
