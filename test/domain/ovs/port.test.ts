import test from 'ava';
import { podPort } from '../../../domain/ovs/port.ts';
import { ip, podAdded } from '../../support/events.ts';

const { type: _, ...dual } = podAdded('c1', '10.244.0.2', {
  addresses: [
    { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
    { address: ip('fd00:244::2'), choice: { by: 'requested' } },
  ],
});

test('the port tells who it is for, so that a live one can be adopted without the log', (t) => {
  t.deepEqual(podPort({ bridge: 'evio0', guarded: true }, dual, 'event-1'), {
    bridge: 'evio0',
    name: 'evioc1',
    protected: true,
    guarded: true,
    externalIds: {
      network: 'evio',
      'container-id': 'c1',
      ifname: 'eth0',
      netns: '/run/netns/c1',
      'netns-id': '4:4026532000',
      addresses: '10.244.0.2 fd00:244::2',
      mac: '0a:58:0a:f4:00:02',
      'event-id': 'event-1',
    },
  });
});
