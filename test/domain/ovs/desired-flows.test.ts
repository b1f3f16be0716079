import test from 'ava';
import { countDesiredFlows, desiredFlows } from '../../../domain/ovs/desired-flows.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import type { PortSeen } from '../../../domain/port/switch.ts';
import { ip, podAdded } from '../../support/events.ts';

const { type: _, ...pod } = podAdded('c1', '10.244.0.2', { hostIfname: 'evio00000000001' });
const attached = { ...pod, status: 'attached' } as const;
const port: PortSeen = {
  ...podPort({ bridge: 'evio0', guarded: true }, pod, 'event-1'),
  ofport: 7,
  error: undefined,
};
const flows = podFlows(pod, 7);

test('an attached pod has its flows, for the number that its port has now', (t) => {
  t.deepEqual(desiredFlows([attached], [port], true), flows);
  t.deepEqual(desiredFlows([attached], [{ ...port, ofport: 9 }], true), podFlows(pod, 9));
});

test('without a number there is nothing to say; nor for what is not attached yet; nor without anti-spoofing', (t) => {
  t.deepEqual(desiredFlows([attached], [{ ...port, ofport: undefined }], true), []);
  t.deepEqual(desiredFlows([{ ...pod, status: 'reserved' }], [port], true), []);
  t.deepEqual(desiredFlows([attached], [port], false), []);
  t.deepEqual(desiredFlows([attached], [], true), []);
});

test('a port that the log does not know keeps the flows that its own marks ask for, as long as it is guarded', (t) => {
  for (const antiSpoofing of [true, false]) {
    t.deepEqual(desiredFlows([], [port], antiSpoofing), flows);
    t.deepEqual(desiredFlows([], [{ ...port, guarded: false }], antiSpoofing), []);
  }
});

test('marks that cannot be read ask for nothing', (t) => {
  const marked = (marks: Readonly<Record<string, string>>): PortSeen => ({
    ...port,
    externalIds: { ...port.externalIds, ...marks },
  });
  for (const marks of [{ mac: 'no MAC' }, { addresses: '' }, { addresses: '10.244.0.2 nonsense' }])
    t.deepEqual(desiredFlows([], [marked(marks)], true), [], JSON.stringify(marks));
});

test('their number is told without making them', (t) => {
  const of = (name: string, ...addresses: ReadonlyArray<string>) => ({
    ...attached,
    hostIfname: name,
    addresses: addresses.map((address) => ({ address: ip(address), choice: { by: 'requested' as const } })),
  });
  const pods = [
    of('evio00000000001', '10.244.0.2'),
    of('evio00000000002', '10.244.0.3'),
    of('evio00000000003', '10.244.0.4', 'fd00::4'),
    of('evio00000000004', 'fd00::5'),
    of('vethelse', '10.244.0.6'),
    {
      ...of('evio00000000005'),
      addresses: [{ address: ip('10.244.0.7'), choice: { by: 'delegated' as const, plugin: 'dhcp' } }],
    },
  ];
  const ports = [
    ...pods.map(({ hostIfname }) => ({ ...port, name: hostIfname })),
    { ...port, name: 'evio00000000009' },
  ];
  for (const antiSpoofing of [true, false])
    t.is(countDesiredFlows(pods, ports, antiSpoofing), desiredFlows(pods, ports, antiSpoofing).length);
});
