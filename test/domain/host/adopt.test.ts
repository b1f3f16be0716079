import test from 'ava';
import { type Adoption, adoptionOf, type Unadoptable } from '../../../domain/host/adopt.ts';
import { describeLeftAlone } from '../../../domain/host/adopt-words.ts';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import type { OwnLink } from '../../../domain/port/kernel.ts';
import type { PortSeen } from '../../../domain/port/switch.ts';
import { cidr, leaseObserved, podAdded, podWired } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { joined } from '../../support/host.ts';

const lease = { ...leaseObserved, minReader: 4 };
const member: ReadonlyArray<HostEvent> = [...joined, lease];
const stateOf = (events: ReadonlyArray<HostEvent>) => events.reduce(host.evolve, host.initialState());

const link = (containerId: string): OwnLink => ({
  name: `evio${containerId}`,
  alias: `evio/${containerId}/eth0`,
  up: true,
  mtu: 1350,
});

const port = (
  containerId: string,
  address: string,
  marks: Readonly<Record<string, string>> = {},
): PortSeen => {
  const { type: _, ...attachment } = podAdded(containerId, address);
  const { externalIds } = podPort({ bridge: 'evio0', guarded: true }, attachment, 'event');
  return {
    bridge: 'evio0',
    name: `evio${containerId}`,
    externalIds: { ...externalIds, ...marks },
    guarded: true,
    ofport: 1,
    error: undefined,
  };
};

const found = ({ pods, left }: Adoption) => ({
  adopted: pods.map(({ containerId }) => containerId),
  left: left.map(({ link, cause }): readonly [string, Unadoptable['type']] => [link.name, cause.type]),
});

test('a pod is taken over as its marks and its link say', (t) => {
  const { pods, left } = adoptionOf(stateOf(member), [link('c1')], [port('c1', '10.244.0.7')]);
  const { type: _, requestId: _r, commandId: _c, ...added } = podAdded('c1', '10.244.0.7', { mtu: 1350 });
  t.deepEqual(pods, [{ ...added, addresses: added.addresses.map(({ address }) => address) }]);
  t.deepEqual(left, []);
  const allocated = podAdded('c1', '10.244.0.7', { mtu: 1350, requestId: 'r', commandId: 'c' });
  given(host, member)
    .when({ type: 'import-pods', from: 'adoption', pods, requestId: 'r', commandId: 'c' })
    .decides(
      t,
      {
        ...allocated,
        addresses: allocated.addresses.map(({ address }) => ({
          address,
          choice: { by: 'imported', from: 'adoption' },
        })),
      },
      podWired('c1'),
    );
});

test('it is not written where older programs read', (t) => {
  const { pods } = adoptionOf(stateOf(member), [link('c1')], [port('c1', '10.244.0.7')]);
  given(host, [...joined, { ...lease, minReader: 3 }])
    .when({ type: 'import-pods', from: 'adoption', pods, requestId: 'r', commandId: 'c' })
    .refuses(t, { type: 'readers-too-old', minReader: 3, needed: 4 });
});

test('of two that claim one address neither is believed, and whoever claims another is', (t) => {
  t.deepEqual(
    found(
      adoptionOf(
        stateOf(member),
        [link('c1'), link('c2'), link('c3')],
        [port('c1', '10.244.0.7'), port('c2', '10.244.0.7'), port('c3', '10.244.0.8')],
      ),
    ),
    {
      adopted: ['c3'],
      left: [
        ['evioc1', 'conflicts'],
        ['evioc2', 'conflicts'],
      ],
    },
  );
});

test('an address that the log gave to another since is not taken from it', (t) => {
  const since = [...member, podAdded('c9', '10.244.0.7'), podWired('c9')];
  t.deepEqual(found(adoptionOf(stateOf(since), [link('c1')], [port('c1', '10.244.0.7')])), {
    adopted: [],
    left: [['evioc1', 'conflicts']],
  });
});

test('without a lease nobody is taken over', (t) => {
  t.deepEqual(found(adoptionOf(host.initialState(), [link('c1')], [port('c1', '10.244.0.7')])), {
    adopted: [],
    left: [['evioc1', 'no-lease']],
  });
});

const words = (ports: ReadonlyArray<PortSeen>, events = member): ReadonlyArray<string> =>
  adoptionOf(stateOf(events), [link('c1')], ports).left.map(describeLeftAlone);

test('what cannot be adopted is named: the link, whose it is, and why', (t) => {
  const address = '10.244.0.7';
  const begin = 'evioc1 (evio/c1/eth0): ';
  t.deepEqual(words([]), [`${begin}its port is not on a bridge, so nobody says which addresses its pod has`]);
  for (const mark of ['network', 'container-id', 'ifname', 'netns', 'netns-id', 'addresses', 'mac'])
    t.deepEqual(words([port('c1', address, { [mark]: '' })]), [`${begin}its port lacks the mark "${mark}"`]);
  for (const [mark, value] of [
    ['netns-id', '4:'],
    ['netns-id', '4:0x7'],
    ['addresses', '10.244.0.7 10.244.0.300'],
    ['addresses', '010.244.0.7'],
    ['mac', '0A:58:0A:F4:00:07'],
    ['mac', '01:58:0a:f4:00:07'],
  ] as const)
    t.deepEqual(words([port('c1', address, { [mark]: value })]), [
      `${begin}the mark "${mark}" of its port, "${value}", cannot be read`,
    ]);
  t.deepEqual(words([port('c1', address, { 'container-id': 'c2' })]), [
    `${begin}the marks of its port are of evio/c2/eth0`,
  ]);
  t.deepEqual(words([port('c1', address)], [...joined, { ...lease, subnets: [cidr('10.245.0.0/24')] }]), [
    `${begin}address "10.244.0.7" of evio/c1/eth0 is outside of this node's 10.245.0.0/24: start the pod anew once the node has moved`,
  ]);
});
