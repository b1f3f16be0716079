import test from 'ava';
import type { PodWiring } from '../../../domain/port/kernel.ts';
import type { Netns } from '../../support/netns.ts';
import { attachPod, left, makeHost, makePod, right, wiringOf } from './host-and-pods.ts';

test('a pod as it was made differs in nothing, also with what others added', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(attachPod(kernel, wiring));
  await pod.exec('ip', 'address', 'add', '192.0.2.7/24', 'dev', 'eth0');
  await pod.exec('ip', 'route', 'add', '198.51.100.0/24', 'via', '10.244.0.1');
  t.deepEqual(await right(kernel.inspectPod(wiring)), []);
});

type Act = (pod: Netns, host: Netns, wiring: PodWiring) => Promise<unknown>;

const notices = test.macro({
  title: (title) => `it is noticed that ${title}`,
  exec: async (t, act: Act, sentences: (wiring: PodWiring) => ReadonlyArray<string>) => {
    const { kernel, netns } = await makeHost(t);
    const pod = await makePod(t);
    const wiring = wiringOf(pod);
    await right(attachPod(kernel, wiring));
    // What was seen whole is looked at again only when the kernel tells of a change: of this one it must.
    t.deepEqual(await right(kernel.inspectPod(wiring)), []);
    await act(pod, netns, wiring);
    t.deepEqual(await right(kernel.inspectPod(wiring)), sentences(wiring));
  },
});

test(
  'the pair is gone',
  notices,
  (pod) => pod.exec('ip', 'link', 'delete', 'eth0'),
  ({ hostIfname, netnsPath }) => [`host link ${hostIfname} is missing`, `eth0 is missing in ${netnsPath}`],
);
test(
  'the host link is down',
  notices,
  (_, host, { hostIfname }) => host.exec('ip', 'link', 'set', hostIfname, 'down'),
  ({ hostIfname }) => [`host link ${hostIfname} is down`],
);
test(
  'an IPv4 address is lost',
  notices,
  (pod) => pod.exec('ip', 'address', 'delete', '10.244.0.2/32', 'dev', 'eth0'),
  // With its last IPv4 address an interface loses its IPv4 routes.
  () => [
    'eth0 has lost 10.244.0.2',
    'route to 10.244.0.1 is missing',
    'default route through 10.244.0.1 is missing',
  ],
);
test(
  'an IPv6 address is lost',
  notices,
  (pod) => pod.exec('ip', 'address', 'delete', 'fd00:10:244::2/128', 'dev', 'eth0'),
  () => ['eth0 has lost fd00:10:244::2'],
);
test(
  'the default routes are gone',
  notices,
  async (pod) => {
    await pod.exec('ip', 'route', 'delete', 'default');
    await pod.exec('ip', '-6', 'route', 'delete', 'default');
  },
  () => ['default route through 10.244.0.1 is missing', 'default route through fd00:10:244::1 is missing'],
);
test(
  'the pod interface is down, and its routes with it',
  notices,
  async (pod) => {
    await pod.exec('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/eth0/keep_addr_on_down');
    await pod.exec('ip', 'link', 'set', 'eth0', 'down');
  },
  () => [
    'eth0 is down',
    'route to 10.244.0.1 is missing',
    'default route through 10.244.0.1 is missing',
    'route to fd00:10:244::1 is missing',
    'default route through fd00:10:244::1 is missing',
  ],
);
test(
  'MTU, MAC and checksum offload were changed',
  notices,
  async (pod, host, { hostIfname }) => {
    await pod.exec('ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:01', 'mtu', '1300');
    await pod.exec('ethtool', '-K', 'eth0', 'tx', 'on');
    await host.exec('ip', 'link', 'set', hostIfname, 'mtu', '1400');
  },
  ({ hostIfname }) => [
    `host link ${hostIfname} has MTU 1400 instead of 1350`,
    'eth0 has MTU 1300 instead of 1350',
    'eth0 has MAC 02:00:00:00:00:01 instead of 0a:58:0a:f4:00:02',
    'eth0 has its transmit checksum offload on',
  ],
);
test(
  'checksum offload alone was turned on',
  notices,
  (pod) => pod.exec('ethtool', '-K', 'eth0', 'tx', 'on'),
  () => ['eth0 has its transmit checksum offload on'],
);
test(
  'the two ends are not one pair',
  notices,
  async (_, host, { hostIfname, hostMac }) => {
    await host.exec('ip', 'link', 'set', hostIfname, 'name', 'elsewhere');
    await host.exec('ip', 'link', 'add', hostIfname, 'address', hostMac, 'mtu', '1350', 'type', 'bridge');
    await host.exec('ip', 'link', 'set', hostIfname, 'up');
  },
  ({ hostIfname }) => [`eth0 is not the other end of ${hostIfname}`],
);

test('a namespace that is gone or another cannot be inspected', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  const path = '/run/netns/there-is-none';
  t.deepEqual(await left(kernel.inspectPod({ ...wiring, netnsPath: path })), { type: 'netns-missing', path });
  const other = { ...wiring.netnsId, inode: wiring.netnsId.inode + 1_000_000 };
  t.deepEqual(await left(kernel.inspectPod({ ...wiring, netnsId: other })), {
    type: 'netns-replaced',
    path: pod.path,
  });
});
