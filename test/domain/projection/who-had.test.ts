import test from 'ava';
import type { HostEvent } from '../../../domain/host/events.ts';
import { clockTime, cluster, eventId, host, oneNode, web } from '../../adapters/sqlite-index/past.ts';
import { joined, leased, life } from '../../support/cluster.ts';
import { ip, podAdded } from '../../support/events.ts';
import { asking, names } from './who-had-scene.ts';

const mark = (time: string, position: number, revision: number) => ({
  time: clockTime(time),
  position,
  revision,
  event: eventId(position),
});

test('the holder, from when to when, by which events, and how far that is known', async (t) => {
  const ask = await asking(t, ...oneNode);
  const span = {
    node: 'node-1',
    incarnation: life(1),
    stream: host('node-1'),
  };
  t.deepEqual(ask('10.244.0.2', '10:00'), {
    address: ip('10.244.0.2'),
    asked: { from: clockTime('10:00'), to: clockTime('10:00') },
    holders: [
      {
        ...span,
        network: 'evio',
        containerId: 'aaaaaa1',
        ifname: 'eth0',
        ...web('web-0'),
        addresses: podAdded('aaaaaa1', '10.244.0.2').addresses,
        mac: '0a:58:0a:f4:00:02',
        netns: '/run/netns/aaaaaa1',
        status: 'attached',
        from: mark('09:00', 4, 1),
        wired: mark('09:01', 5, 2),
        to: mark('11:00', 6, 3),
        reason: 'deleted',
        clock: 'not recorded',
      },
    ],
    subnets: [
      {
        role: 'member',
        subnet: '10.244.0.0/24',
        status: 'leased',
        ...span,
        stream: cluster,
        from: mark('08:00', 2, 2),
        unknownAfter: clockTime('08:00'),
        clock: 'not of a node',
      },
    ],
    nodes: [],
    contradictions: [],
    known: [
      {
        stream: cluster,
        of: 'cluster evio',
        completeTo: clockTime('08:00'),
        position: 2,
        complete: false,
        clock: 'not of a node',
      },
      {
        stream: host('node-1'),
        of: 'node-1',
        completeTo: clockTime('12:01'),
        position: 8,
        complete: true,
        clock: 'not recorded',
      },
    ],
    stepsBack: [],
  });
});

test('a span lasts from its first moment to before its last', async (t) => {
  const ask = await asking(t, ...oneNode);
  const at = (time: string) => names(ask('10.244.0.2', time));
  t.deepEqual(['08:59', '09:00', '10:59', '11:00', '11:59', '12:00'].map(at), [
    [],
    ['web-0 on node-1'],
    ['web-0 on node-1'],
    [],
    [],
    ['web-1 on node-1'],
  ]);
});

test('between two times: all that held it at some moment of them', async (t) => {
  const ask = await asking(t, ...oneNode);
  t.deepEqual(names(ask('10.244.0.2', '08:00', '08:59')), []);
  t.deepEqual(names(ask('10.244.0.2', '10:59', '11:59')), ['web-0 on node-1']);
  t.deepEqual(names(ask('10.244.0.2', '08:00', '13:00')), ['web-0 on node-1', 'web-1 on node-1']);
});

test('later than a stream is known, its holder is uncertain, not gone; and nobody is not nobody', async (t) => {
  const ask = await asking(t, ...oneNode);
  t.like(ask('10.244.0.2', '14:00'), { holders: { 0: { unknownAfter: clockTime('12:01') } } });
  const nobody = ask('10.244.0.9', '14:00');
  t.deepEqual(names(nobody), []);
  t.like(
    nobody.known.find(({ of }) => of === 'node-1'),
    { complete: false, completeTo: clockTime('12:01') },
  );
});

test('a node that the cluster names and this log has never heard is named as unknown', async (t) => {
  const ask = await asking(
    t,
    ...oneNode,
    ['12:30', cluster, joined('node-2', '10.10.0.2')],
    ['12:30', cluster, leased('node-2', '10.244.1.0/24')],
  );
  t.deepEqual(ask('10.244.1.7', '12:30').known.at(-1), {
    stream: host('node-2'),
    of: 'node-2',
    complete: false,
    clock: 'not recorded',
  });
});

test('host addresses, gateways and network addresses are told as what they are', async (t) => {
  const ask = await asking(t, ...oneNode);
  t.like(ask('10.10.0.1', '08:00'), { nodes: { 0: { node: 'node-1', status: 'member' } } });
  const role = (address: string) => ask(address, '08:00').subnets.map((subnet) => subnet.role);
  t.deepEqual(['10.244.0.0', '10.244.0.1', '10.244.0.2', '10.245.0.2'].map(role), [
    ['network'],
    ['gateway'],
    ['member'],
    [],
  ]);
});

test('IPv6 is asked as IPv4 is, in its own subnet', async (t) => {
  const six: HostEvent = podAdded('cccccc1', '10.244.0.3', {
    ...web('six-0'),
    addresses: [
      { address: ip('10.244.0.3'), choice: { by: 'policy', policy: 'next-free/1' } },
      { address: ip('fd00:244::3'), choice: { by: 'requested' } },
    ],
  });
  const ask = await asking(
    t,
    ...oneNode,
    ['12:30', cluster, leased('node-1', 'fd00:244::/64')],
    ['12:30', host('node-1'), six],
  );
  t.deepEqual(names(ask('fd00:244::3', '12:30')), ['six-0 on node-1']);
  t.deepEqual(names(ask('10.244.0.3', '12:30')), ['six-0 on node-1']);
  t.deepEqual(
    ask('fd00:244::1', '12:30').subnets.map(({ role, subnet }) => [role, subnet]),
    [['gateway', 'fd00:244::/64']],
  );
});
