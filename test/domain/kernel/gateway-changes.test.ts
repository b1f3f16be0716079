import test from 'ava';
import {
  type GatewayChange,
  type GatewaySeen,
  type GatewayWanted,
  gatewayChanges,
  gatewayDifference,
} from '../../../domain/kernel/gateway-changes.ts';

const four = { address: '10.244.0.1/24', subnet: '10.244.0.0/24' };
const six = { address: 'fd00:244::1/64', subnet: 'fd00:244::/64' };
const wanted: GatewayWanted = { mtu: 1410, addresses: [four, six] };
const whole: GatewaySeen = {
  up: true,
  mtu: 1410,
  addresses: [four, six].map((one) => ({ ...one, ours: true })),
  routes: [four.subnet, six.subnet, 'fe80::/64'],
};
const earlier = { address: '10.244.7.1/24', subnet: '10.244.7.0/24', ours: true };
const alone = { address: '10.244.0.1/32', subnet: '10.244.0.1/32' };
const give = ({ address }: { readonly address: string }) => ({ type: 'give' as const, address });
const connect = ({ address }: { readonly address: string }) => ({ type: 'connect' as const, address });

type Case = {
  readonly given: Partial<GatewaySeen>;
  readonly wants?: Partial<GatewayWanted>;
  readonly changes: ReadonlyArray<GatewayChange>;
};

const cases: Readonly<Record<string, Case>> = {
  'what is there in whatever order needs no change': {
    given: { addresses: [...whole.addresses].reverse(), routes: [...whole.routes].reverse() },
    changes: [],
  },
  'an interface that was just made gets all, from its link on': {
    given: { up: false, mtu: 1500, addresses: [], routes: [] },
    changes: [
      { type: 'raise' },
      { type: 'set-mtu', mtu: 1410, now: 1500 },
      give(four),
      give(six),
      connect(four),
      connect(six),
    ],
  },
  'one that somebody took down has lost its routes, and no address': {
    given: { up: false, routes: [] },
    changes: [{ type: 'raise' }, connect(four), connect(six)],
  },
  'an address that was taken comes back with its route, and only that': {
    given: { addresses: whole.addresses.slice(1), routes: [six.subnet] },
    changes: [give(four), connect(four)],
  },
  'a route that was taken comes back': { given: { routes: [four.subnet] }, changes: [connect(six)] },
  'an address alone, as a VLAN’s gateway has it, has no network to be reached': {
    given: { addresses: [], routes: [] },
    wants: { addresses: [alone] },
    changes: [give(alone)],
  },
  'another’s route to the network is a route': {
    given: { routes: [...whole.routes, '0.0.0.0/0'] },
    changes: [],
  },
  'an address of another length is another address': {
    given: { addresses: [{ ...four, address: '10.244.0.1/16', ours: false }, ...whole.addresses.slice(1)] },
    changes: [give(four)],
  },
  'an address that somebody else gave becomes ours': {
    given: { addresses: whole.addresses.map((one) => ({ ...one, ours: false })) },
    changes: [four, six].map(({ address }) => ({ type: 'claim', address })),
  },
  'what others gave stays': {
    given: { addresses: [...whole.addresses, { ...earlier, ours: false }] },
    changes: [],
  },
  'an address of an earlier lease goes': {
    given: { addresses: [...whole.addresses, earlier] },
    changes: [{ type: 'take', address: earlier.address }],
  },
  'what the kernel takes along with it is given again': {
    given: { addresses: [{ ...four, address: '10.244.0.9/24', ours: true }, ...whole.addresses] },
    changes: [{ type: 'take', address: '10.244.0.9/24' }, give(four), connect(four)],
  },
  'of a lease that was given back nothing stays': {
    given: {},
    wants: { addresses: [] },
    changes: [four, six].map(({ address }) => ({ type: 'take', address })),
  },
};

for (const [what, { given, wants, changes }] of Object.entries(cases))
  test(what, (t) => {
    t.deepEqual(gatewayChanges({ ...wanted, ...wants }, { ...whole, ...given }), changes);
  });

test('each change is said by what is wrong; where nothing was missing nothing is said', (t) => {
  const changes: ReadonlyArray<GatewayChange> = [
    { type: 'take', address: earlier.address },
    { type: 'raise' },
    { type: 'set-mtu', mtu: 1410, now: 1500 },
    give(four),
    { type: 'claim', address: six.address },
    connect(six),
  ];
  t.deepEqual(
    changes.map((change) => gatewayDifference('evio0', change)),
    [
      'evio0 has 10.244.7.1/24 of an earlier lease',
      'evio0 is down',
      'evio0 has MTU 1500 instead of 1410',
      'evio0 has lost 10.244.0.1/24',
      undefined,
      'the route to the subnet of fd00:244::1/64 is missing',
    ],
  );
});
