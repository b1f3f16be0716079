import test from 'ava';
import { either as E } from 'fp-ts';
import { countDesiredFlows, desiredFlows } from '../../../domain/ovs/desired-flows.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { hasItsVlans, podPort } from '../../../domain/ovs/port.ts';
import { portChanges } from '../../../domain/ovs/port-changes.ts';
import { readPortMarks } from '../../../domain/ovs/read-port.ts';
import { gatewayVlan, isVlanGateway, isVlanPort, vlanPort } from '../../../domain/ovs/vlan-gateway.ts';
import type { PortSeen } from '../../../domain/port/switch.ts';
import { podAdded } from '../../support/events.ts';

const bridge = { name: 'evio0', datapathType: 'netdev', hwaddr: '0a:58:0a:f4:00:01', mtu: 1410 } as const;
const wanted = vlanPort(bridge, 100);

const gateway: PortSeen = {
  bridge: 'evio0',
  name: wanted.name,
  externalIds: wanted.externalIds,
  guarded: false,
  tag: 100,
  ofport: 5,
  error: undefined,
};

const pod = podAdded('c1', '10.244.0.2', { hostIfname: 'evio00000000001', vlan: 100 });
const marked = podPort({ bridge: 'evio0', guarded: true }, pod, 'the event');
const port: PortSeen = {
  bridge: 'evio0',
  name: marked.name,
  externalIds: marked.externalIds,
  guarded: true,
  ofport: 7,
  error: undefined,
};
const attached = { ...pod, status: 'attached' as const };

test('a VLAN has an interface of the switch, with the MAC and MTU of the bridge', (t) => {
  t.like(wanted, {
    bridge: 'evio0',
    name: 'evio0.100',
    vlan: 100,
    internal: { mac: bridge.hwaddr, mtu: 1410 },
    guarded: false,
    protected: false,
  });
  t.true(isVlanGateway(gateway));
  t.is(gatewayVlan(gateway), 100);
  t.false(isVlanGateway(port));
});

test('it is as it should be when nothing of what it was made with is otherwise, and it forwards', (t) => {
  t.true(isVlanPort(wanted, gateway));
  t.false(isVlanPort(wanted, undefined));
  for (const change of [{ tag: undefined }, { tag: 7 }, { ofport: undefined }, { bridge: 'br1' }])
    t.false(isVlanPort(wanted, { ...gateway, ...change }), JSON.stringify(change));
  t.false(isVlanPort(vlanPort({ ...bridge, mtu: 1400 }, 100), gateway));
  t.false(isVlanPort(vlanPort({ ...bridge, hwaddr: '0a:58:0a:f4:01:01' }, 100), gateway));
});

test("a pod's flows lead to its VLAN's gateway and from there, as others' to the bridge's own interface", (t) => {
  const local = podFlows(pod, 7);
  const flows = podFlows(pod, 7, 5);
  t.is(flows.length, local.length);
  t.false(flows.some(({ match, output }) => match.inPort === 'local' || output === 'local'));
  const moved = local.map(({ match, output, ...rest }) => ({
    ...rest,
    match: match.inPort === 'local' ? { ...match, inPort: 5 } : match,
    output: output === 'local' ? 5 : output,
  }));
  t.deepEqual(flows, moved);
});

test('flows name the gateway by the number that it has now; without one the pod has none, and stays shut', (t) => {
  const all = [attached];
  for (const [ports, flows] of [
    [[port, gateway], podFlows(pod, 7, 5)],
    [[port, { ...gateway, ofport: 9 }], podFlows(pod, 7, 9)],
    [[port], []],
    [[port, { ...gateway, tag: 7 }], []],
    [[port, { ...gateway, ofport: undefined }], []],
  ] as const) {
    t.deepEqual(desiredFlows(all, ports, true), flows);
    t.is(countDesiredFlows(all, ports, true), flows.length);
  }
  // A pod that the log does not know keeps those of its VLAN.
  t.deepEqual(desiredFlows([], [port, gateway], true), podFlows(pod, 7, 5));
});

test('the gateway is no port of a pod: it is not taken for one without a link', (t) => {
  t.deepEqual(portChanges(new Map(), [gateway], new Set(), new Set()), []);
});

test("a port's marks say its trunk, and no other text is one", (t) => {
  const trunk = [
    { first: 7, last: 7 },
    { first: 100, last: 200 },
  ];
  const carrying = podPort({ bridge: 'evio0', guarded: false }, { ...pod, trunk }, 'the event');
  t.is(carrying.externalIds['trunk'], '7 100-200');
  // Between the trunks of one node there is no host.
  t.false(carrying.protected);
  t.true(marked.protected);
  const read = (text: string) => readPortMarks({ externalIds: { ...carrying.externalIds, trunk: text } });
  t.like(read('7 100-200'), { right: { vlan: 100, trunk } });
  for (const text of ['', '0', '4095', '7-7', '100-200 7', '7 8', '7  9', '9-7', '7,9', '7-8-9', 'x'])
    t.deepEqual(read(text), E.left({ type: 'unreadable-mark', mark: 'trunk', value: text }), text);
});

test('a port that is not guarded has its VLANs, or others', (t) => {
  const trunk = [{ first: 7, last: 9 }];
  t.true(hasItsVlans({}, {}));
  t.true(hasItsVlans({ tag: 5, trunk }, { vlan: 5, trunk }));
  for (const [seen, wanted] of [
    [{ tag: 5 }, {}],
    [{}, { vlan: 5 }],
    [{ tag: 5 }, { vlan: 5, trunk }],
    [{ tag: 5, trunk }, { vlan: 5 }],
    [{ trunk }, { trunk: [{ first: 7, last: 8 }] }],
  ] as const)
    t.false(hasItsVlans(seen, wanted), JSON.stringify([seen, wanted]));
});

test("a port's marks say its VLAN, and no other text is one", (t) => {
  const read = (vlan: string) =>
    readPortMarks({ externalIds: { ...port.externalIds, netns: '/run/netns/c1', vlan } });
  t.like(readPortMarks(port), { right: { vlan: 100 } });
  for (const text of ['0', '4095', '007', '1.5', 'x', ''])
    t.deepEqual(read(text), E.left({ type: 'unreadable-mark', mark: 'vlan', value: text }));
  const { vlan: _, ...without } = port.externalIds;
  const plain = readPortMarks({ externalIds: without });
  t.true(E.isRight(plain) && !('vlan' in plain.right));
});
