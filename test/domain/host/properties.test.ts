import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import type { HostCommand } from '../../../domain/host/command.ts';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { addressesOf, type HostState } from '../../../domain/host/state.ts';
import { fromNumber, toNumber } from '../../../domain/ip/address.ts';
import { cidr, leaseObserved, nodeName, podAdded } from '../../support/events.ts';

const joined = (subnet: string): ReadonlyArray<HostEvent> => [
  { type: 'HostStarted', bootId: 'boot' },
  { type: 'JoinRequested', node: nodeName('node-1'), publicKey: 'key' },
  { ...leaseObserved, subnets: [cidr(subnet)] },
];

const first = toNumber(podAdded('c', '10.244.0.0').addresses[0]?.address ?? ('' as never));

const add = (containerId: string, offset?: number): HostCommand => {
  const { type: _, addresses: _a, mac: _m, ...rest } = podAdded(containerId, '10.244.0.2');
  const requestedAddresses = offset === undefined ? [] : [fromNumber(4, first + BigInt(offset))];
  return { type: 'add-pod', ...rest, requestedAddresses };
};

const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => add(`c${n}`)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
        .map(([n, offset]) => add(`c${n}`, offset)),
    },
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: 0, max: 20 })
        .map(
          (n): HostCommand => ({ type: 'wire-pod', network: 'evio', containerId: `c${n}`, ifname: 'eth0' }),
        ),
    },
    {
      weight: 5,
      arbitrary: fc.integer({ min: 0, max: 20 }).map(
        (n): HostCommand => ({
          type: 'delete-pod',
          network: 'evio',
          containerId: `c${n}`,
          ifname: 'eth0',
          reason: 'deleted',
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('boot', 'another boot')
        .map((bootId) => ({ type: 'start' as const, bootId })),
    },
  ),
  { maxLength: 120 },
);

/** Runs commands one after the other and gives all events with the state they led to. */
const play = (history: ReadonlyArray<HostEvent>, list: ReadonlyArray<HostCommand>) => {
  const events: HostEvent[] = [...history];
  let state: HostState = fold(host, history);
  for (const command of list) {
    const decided = host.decide(command, state);
    if (E.isLeft(decided)) continue;
    events.push(...decided.right);
    state = fold(host, decided.right, state);
  }
  return { events, state };
};

test('whatever is asked in whatever order, no address has two holders, and none is held that must not be', (t) => {
  fc.assert(
    fc.property(commands, (list) => {
      const { state } = play(joined('10.244.0.0/28'), list);
      const held = [...state.attachments.values()].flatMap(addressesOf);
      const pool = state.pools.get(cidr('10.244.0.0/28'));
      return (
        new Set(held).size === held.length &&
        held.every((address) => !/\.(0|1|15)$/.test(address)) &&
        pool?.held.size === held.length &&
        [...state.attachments].every(([key, attachment]) =>
          addressesOf(attachment).every((address) => pool.held.get(address) === key),
        )
      );
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a history folds in pieces to what it folds to whole', (t) => {
  fc.assert(
    fc.property(commands, fc.nat(), (list, cut) => {
      const { events } = play(joined('10.244.0.0/28'), list);
      const at = events.length === 0 ? 0 : cut % events.length;
      const pieces = fold(host, events.slice(at), fold(host, events.slice(0, at)));
      t.deepEqual(pieces, fold(host, events));
    }),
    { numRuns: 100 },
  );
});

test('a /24 gives exactly 253 addresses', (t) => {
  const list = Array.from({ length: 254 }, (_, n) => add(`c${n}`));
  const { state } = play(joined('10.244.0.0/24'), list);
  t.is(state.attachments.size, 253);
  t.deepEqual(
    host.decide(add('one-more'), state),
    E.left({ type: 'subnet-exhausted' as const, subnets: [cidr('10.244.0.0/24')], capacity: '253' }),
  );
});

test('a crash-looping pod does not see its address again until all others were given', (t) => {
  let events = [...joined('10.244.0.0/28')];
  const seen: string[] = [];
  for (let round = 0; round < 26; round += 1) {
    const del: HostCommand = {
      type: 'delete-pod',
      network: 'evio',
      containerId: 'c',
      ifname: 'eth0',
      reason: 'deleted',
    };
    const played = play(events, [add('c')]);
    seen.push(...[...played.state.attachments.values()].flatMap(addressesOf));
    events = [...play(played.events, [del]).events];
  }
  t.is(new Set(seen.slice(0, 13)).size, 13);
  t.deepEqual(seen.slice(13), seen.slice(0, 13));
});

test('an IPv6 /64 is given from without being counted out', (t) => {
  const { state } = play(joined('fd00:244::/64'), [add('c1'), add('c2')]);
  t.deepEqual(
    [...state.attachments].map(([key, attachment]) => [key, addressesOf(attachment)] as unknown),
    [
      [attachmentKey({ network: 'evio', containerId: 'c1', ifname: 'eth0' }), ['fd00:244::2']],
      [attachmentKey({ network: 'evio', containerId: 'c2', ifname: 'eth0' }), ['fd00:244::3']],
    ],
  );
});
