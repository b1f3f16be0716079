import test from 'ava';
import { openKernel } from '../../../adapters/kernel/open.ts';
import { linkLocalOf } from '../../../domain/kernel/link-local.ts';
import type { PodWiring } from '../../../domain/port/kernel.ts';
import { run } from '../../support/run.ts';
import {
  attachPod,
  ip,
  type LinkSeen,
  left,
  linkNames,
  makeGateway,
  makeHost,
  makePod,
  plugIn,
  right,
  wiringOf,
} from './host-and-pods.ts';

const setting = async (
  netns: { exec: (...args: [string, ...Array<string>]) => Promise<string> },
  path: string,
) => (await netns.exec('cat', `/proc/sys/net/${path}`)).trim();

test('a dual-stack pod has its interface, addresses and routes, and answers at once', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await makeGateway(host);
  const wiring = wiringOf(pod);
  await right(attachPod(host.kernel, wiring));
  await plugIn(host, wiring);

  const [eth0] = await ip<LinkSeen>(pod, 'link', 'show', 'eth0');
  t.is(eth0?.address, wiring.podMac);
  t.is(eth0?.mtu, 1350);
  t.true(eth0?.flags.includes('UP'));
  const [hostEnd] = await ip<LinkSeen>(host.netns, 'link', 'show', wiring.hostIfname);
  t.is(hostEnd?.address, wiring.hostMac);
  t.is(hostEnd?.mtu, 1350);
  t.true(hostEnd?.flags.includes('UP'));
  t.is(hostEnd?.ifalias, 'evio-ledger pods container-2 eth0');
  for (const end of [eth0, hostEnd]) {
    t.is(end?.num_tx_queues, 1);
    t.is(end?.num_rx_queues, 1);
  }

  const addresses = await pod.exec('ip', '-o', 'address', 'show', 'eth0', 'scope', 'global');
  t.regex(addresses, /inet 10\.244\.0\.2\/32 scope global/);
  t.regex(addresses, /inet6 fd00:10:244::2\/128 scope global nodad/);
  t.notRegex(addresses, /tentative/);
  const ipv4 = await pod.exec('ip', 'route');
  t.regex(ipv4, /^default via 10\.244\.0\.1 dev eth0 proto static mtu 1350/m);
  t.regex(ipv4, /^10\.244\.0\.1 dev eth0 proto static scope link/m);
  const ipv6 = await pod.exec('ip', '-6', 'route');
  t.regex(ipv6, /^default via fd00:10:244::1 dev eth0 proto static .*mtu 1350/m);
  t.regex(ipv6, /^fd00:10:244::1 dev eth0 proto static/m);

  await t.notThrowsAsync(pod.exec('ping', '-c', '1', '-W', '2', '10.244.0.1'));
  await t.notThrowsAsync(pod.exec('ping', '-c', '1', '-W', '2', 'fd00:10:244::1'));
  await t.notThrowsAsync(host.netns.exec('ping', '-c', '1', '-W', '2', '10.244.0.2'));
  await t.notThrowsAsync(host.netns.exec('ping', '-c', '1', '-W', '2', 'fd00:10:244::2'));
});

test('its link-local address follows from its MAC, also where the namespace would make up another', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const randomly = '3';
  await pod.exec('sh', '-c', `echo ${randomly} >/proc/sys/net/ipv6/conf/default/addr_gen_mode`);
  const wiring = wiringOf(pod);
  await right(attachPod(host.kernel, wiring));
  const shown = await pod.exec('ip', '-o', '-6', 'address', 'show', 'eth0', 'scope', 'link');
  t.true(shown.includes(`inet6 ${linkLocalOf(wiring.podMac)}/64`), shown);
});

test('a pod believes no router advertisement, and the host end of its link speaks no IPv6', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(attachPod(host.kernel, wiring));
  t.is(await setting(pod, 'ipv6/conf/eth0/accept_ra'), '0');
  t.is(await setting(pod, 'ipv6/conf/eth0/accept_dad'), '0');
  t.is(await setting(host.netns, `ipv6/conf/${wiring.hostIfname}/disable_ipv6`), '1');
  t.is(await host.netns.exec('ip', '-o', 'address', 'show', wiring.hostIfname), '');
});

test('the host end of its link answers for no address of the host', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await makeGateway(host);
  await right(attachPod(host.kernel, wiring));
  t.is(await setting(host.netns, `ipv4/conf/${wiring.hostIfname}/arp_ignore`), '8');
  // Not plugged into the bridge, so nobody else could answer.
  await t.throwsAsync(pod.exec('ping', '-c', '1', '-W', '1', '10.244.0.1'));
  t.notRegex(await pod.exec('ip', 'neigh', 'show', '10.244.0.1'), /lladdr/);
});

test('an IPv6 pod gets its address also where the namespace begins with IPv6 off', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  for (const name of ['all', 'default'])
    await pod.exec('sh', '-c', `echo 1 >/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
  await right(attachPod(host.kernel, wiringOf(pod)));
  t.regex(await pod.exec('ip', '-o', 'address', 'show', 'eth0'), /inet6 fd00:10:244::2\/128/);
});

test('an IPv4 pod gets no IPv6 settings and its loopback is up', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await pod.exec('ip', 'link', 'set', 'lo', 'down');
  await right(
    attachPod(host.kernel, { ...wiringOf(pod), addresses: ['10.244.0.2'], gateways: ['10.244.0.1'] }),
  );
  t.is(await setting(pod, 'ipv6/conf/eth0/accept_ra'), '1');
  await t.notThrowsAsync(pod.exec('ping', '-c', '1', '-W', '2', '127.0.0.1'));
});

const offload = async (pod: { exec: (...args: [string, ...Array<string>]) => Promise<string> }) => {
  const features = await pod.exec('ethtool', '-k', 'eth0');
  return ['tx-checksumming', 'tx-tcp-segmentation'].map(
    (name) => new RegExp(`^\\s*${name}: (on|off)`, 'm').exec(features)?.[1],
  );
};

test('without checksum offload the pod finishes its checksums, and segments, itself', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await right(attachPod(host.kernel, wiringOf(pod)));
  t.deepEqual(await offload(pod), ['off', 'off']);
});

test('with checksum offload the pod keeps what the kernel gave it', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await right(attachPod(host.kernel, { ...wiringOf(pod), checksumOffload: true }));
  t.deepEqual(await offload(pod), ['on', 'on']);
});

test('an interface name that the pod has already is refused, and nothing is made', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await pod.exec('ip', 'link', 'add', 'eth0', 'type', 'bridge');
  const failure = await left(attachPod(host.kernel, wiringOf(pod)));
  t.deepEqual(failure, { type: 'ifname-taken', ifname: 'eth0', path: pod.path });
  t.deepEqual(await linkNames(host.netns), ['lo']);
  t.deepEqual((await linkNames(pod)).toSorted(), ['eth0', 'lo']);
});

test("the host's end is up before the switch may take it: ovs-vswitchd would take it down again", async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(host.kernel.createPair(wiring));
  const [link] = await ip<LinkSeen>(host.netns, 'link', 'show', wiring.hostIfname);
  t.true(link?.flags.includes('UP'));
});

test('a host-side name that somebody else holds is refused, and theirs stays as it was', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await host.netns.exec('ip', 'link', 'add', wiring.hostIfname, 'type', 'bridge');
  const failure = await left(attachPod(host.kernel, wiring));
  t.like(failure, { type: 'kernel-refused', errno: 'EEXIST' });
  const [theirs] = await ip<LinkSeen>(host.netns, 'link', 'show', wiring.hostIfname);
  t.is(theirs?.ifalias, undefined);
  t.deepEqual(await linkNames(pod), ['lo']);
});

const nothingStays = test.macro({
  title: (title) => `nothing stays after ${title}`,
  exec: async (t, change: Partial<PodWiring>, errno?: string) => {
    const host = await makeHost(t);
    const pod = await makePod(t);
    const failure = await left(attachPod(host.kernel, { ...wiringOf(pod), ...change }));
    t.like(failure, errno === undefined ? { type: 'kernel-refused' } : { type: 'kernel-refused', errno });
    t.deepEqual(await linkNames(host.netns), ['lo']);
    t.deepEqual(await linkNames(pod), ['lo']);
  },
});

test('an MTU that no link can have', nothingStays, { mtu: 10 }, 'EINVAL');
test('an MTU that is no MTU', nothingStays, { mtu: -1 });
test('an MTU too small for IPv6, met half-way', nothingStays, { mtu: 1000 }, 'ENOENT');
test('a gateway that is not an address', nothingStays, { gateways: ['gateway'] }, 'EINVAL');
test('an alias longer than the kernel keeps', nothingStays, { alias: 'x'.repeat(300) }, 'ERANGE');
test('an interface name that is too long', nothingStays, { ifname: 'a-name-of-sixteen' }, 'ERANGE');

test('nothing stays when the pod has a default route already', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await right(attachPod(host.kernel, wiringOf(pod)));
  const second = { ...wiringOf(pod, 3), ifname: 'net1', gateways: ['10.245.0.1'] };
  t.deepEqual(await left(attachPod(host.kernel, second)), {
    type: 'kernel-refused',
    operation: 'add the default route through net1',
    errno: 'EEXIST',
  });
  t.deepEqual((await linkNames(pod)).toSorted(), ['eth0', 'lo']);
  t.false((await linkNames(host.netns)).includes(second.hostIfname));
});

test('a namespace that was deleted and made again under its path is refused', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  // The old one lives on in a process, as a pod's may: else the new one could be given its inode number.
  const keeper = await openKernel({ netnsPath: pod.path });
  t.teardown(keeper.close);
  await run('ip', 'netns', 'delete', pod.name);
  await run('ip', 'netns', 'add', pod.name);
  const replaced = { type: 'netns-replaced' as const, path: pod.path };
  t.deepEqual(await left(attachPod(host.kernel, wiring)), replaced);
  t.deepEqual(await left(host.kernel.announcePod(wiring)), replaced);
  t.deepEqual(await linkNames(host.netns), ['lo']);
});

test("the host's own namespace is no pod's", async (t) => {
  const host = await makeHost(t);
  const { path } = host.netns;
  t.deepEqual(await left(attachPod(host.kernel, wiringOf(host.netns))), { type: 'netns-is-host', path });
  t.deepEqual(await linkNames(host.netns), ['lo']);
});
