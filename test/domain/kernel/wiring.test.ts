import test from 'ava';
import { podWiring } from '../../../domain/kernel/wiring.ts';
import { cidr, ip, podAdded } from '../../support/events.ts';

const { type: _, ...pod } = podAdded('c1', '10.244.0.2');
const { type: __, ...dual } = podAdded('c1', '10.244.0.2', {
  addresses: [
    { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
    { address: ip('fd00:244::2'), choice: { by: 'requested' } },
  ],
});
const subnets = [cidr('10.244.1.0/24'), cidr('10.244.0.0/24'), cidr('fd00:244::/64')];

test('a pod is wired as its attachment says, through the gateway of its own subnet', (t) => {
  t.deepEqual(podWiring(pod, subnets, { checksumOffload: false }), {
    netnsPath: '/run/netns/c1',
    netnsId: { device: 4, inode: 4_026_532_000 },
    ifname: 'eth0',
    podMac: '0a:58:0a:f4:00:02',
    hostIfname: 'evioc1',
    hostMac: '0e:58:0a:f4:00:02',
    mtu: 1410,
    addresses: [ip('10.244.0.2')],
    gateways: [ip('10.244.0.1')],
    checksumOffload: false,
    alias: 'evio/c1/eth0',
  });
});

test('a pod of both families has a gateway in each, in the order of its addresses', (t) => {
  const { addresses, gateways } = podWiring(dual, subnets, { checksumOffload: true });
  t.deepEqual(addresses, ['10.244.0.2', 'fd00:244::2'].map(ip));
  t.deepEqual(gateways, ['10.244.0.1', 'fd00:244::1'].map(ip));
});
