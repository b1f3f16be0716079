import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host } from '../../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../../domain/host/events.ts';
import { hostStateCodec } from '../../../domain/host/stored-state.ts';
import { dice } from '../../../simulator/random.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { fenced, joined } from '../../support/host.ts';
import { randomCommand } from '../../support/host-commands.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

test('a state that goes through a snapshot at any time equals the one that does not, and decides as it does', (t) => {
  const types = new Set<string>();
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, every) => {
      const roll = dice(seed);
      let live = host.initialState();
      let kept = host.initialState();
      for (let step = 0; step < 400; step += 1) {
        const command = randomCommand(roll, step);
        const decided = host.decide(command, live);
        const alike = host.decide(command, kept);
        if (!isDeepStrictEqual(alike, decided)) t.deepEqual(alike, decided, command.type);
        for (const event of E.isRight(decided) ? decided.right : []) {
          types.add(event.type);
          live = host.evolve(live, event);
          kept = host.evolve(kept, event);
        }
        if (step % every === 0) kept = throughSnapshot(t, hostStateCodec, kept, `step ${step}`);
      }
      return isDeepStrictEqual(kept, live) && hostStateCodec.encode(kept) === hostStateCodec.encode(live);
    }),
    { numRuns: 40 },
  );
  const all = Object.keys(hostEvents).filter((type) => !type.startsWith('Era'));
  t.deepEqual([...types].sort(), all.sort(), 'every type of event occurs');
});

const dualStack: ReadonlyArray<HostEvent> = [
  ...joined.slice(0, 2),
  { ...leaseObserved, subnets: [cidr('10.244.0.0/29'), cidr('fd00:244::/64')] },
  podAdded('c1', '10.244.0.2', {
    addresses: [
      { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
      { address: ip('fd00:244::ffff:ffff:ffff:fffe'), choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'wéb-0\n', uid: 'u1' },
  }),
  podWired('c1'),
  podAdded('c2', '10.244.0.3'),
];

const states: ReadonlyArray<readonly [which: string, events: ReadonlyArray<HostEvent>]> = [
  ['of nothing', []],
  ['of two families with a pod at the far end of a /64', dualStack],
  ['with a full pool', [...joined, ...[2, 3, 4, 5, 6].map((n) => podAdded(`c${n}`, `10.244.0.${n}`))]],
  ['fenced, on its way out', [...dualStack, fenced, { type: 'LeaveRequested' }]],
  ['with a pod given back', [...dualStack, podDeleted('c1', '10.244.0.2')]],
];

for (const [which, events] of states) {
  test(`a state ${which} goes through a snapshot`, (t) => {
    throughSnapshot(t, hostStateCodec, fold(host, events), which);
    t.pass();
  });
}

test('a text that is no stored state gives none', (t) => {
  const whole = hostStateCodec.encode(fold(host, dualStack));
  for (const text of [
    '',
    'null',
    '{}',
    whole.slice(0, -1),
    whole.replace('"attached"', '"wired"'),
    whole.replace('10.244.0.0/29', '10.244.0.1/29'),
    whole.replace(/"next":"\d+"/, '"next":"x"'),
  ]) {
    t.not(text, whole);
    t.is(hostStateCodec.decode(text), undefined);
  }
});
