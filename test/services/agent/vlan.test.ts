import test from 'ava';
import { tagged, udp4 } from '../../support/frames.ts';
import { eventually } from '../../support/node.ts';
import {
  assertSound,
  eventuallyReaches,
  isReady,
  makeScene,
  reaches,
  refusalOf,
} from '../../support/scene.ts';
import { sendFrames, sniff } from '../../support/sniff.ts';
import { added, inVlan, isGone, ourRoutes, threePods, vlanLinks, works } from './vlan-scene.ts';

test.serial(
  'pods in VLANs reach gateway, host and each other by way of the host; their last DEL takes all',
  async (t) => {
    const { scene, one, other, plain } = await threePods(t);
    const { node, cni, del, log, pods } = scene;
    await works({ one, other, plain });
    t.deepEqual((await vlanLinks(scene)).toSorted(), ['evio0.100', 'evio0.200']);
    t.deepEqual(
      (await ourRoutes(scene)).toSorted(),
      [
        ...one.addresses.map((address) => `${address} evio0.100`),
        ...other.addresses.map((address) => `${address} evio0.200`),
      ].toSorted(),
    );
    for (const address of [...one.addresses, ...plain.addresses]) t.true(await reaches(node.netns, address));
    const settings = await node.netns.exec(
      'cat',
      '/proc/sys/net/ipv4/conf/evio0.100/send_redirects',
      '/proc/sys/net/ipv4/conf/evio0.100/rp_filter',
      '/proc/sys/net/ipv6/conf/evio0.100/accept_ra',
    );
    t.is(settings, '0\n2\n0\n');

    const event = (await log()).find(({ payload }) => payload['containerId'] === one.pod.name);
    t.is(event?.payload['vlan'], 100);
    const rows = await pods();
    t.deepEqual(
      rows.map(({ vlan }) => vlan),
      [100, 200, undefined],
    );
    const drift = await scene.ask<{ readonly drift: ReadonlyArray<unknown> }>('GET', '/v1/drift');
    t.deepEqual(drift.drift, []);

    // A second pod in a VLAN shares its gateway.
    const third = await added(scene, 100);
    await eventuallyReaches(third.pod, one.addresses[0] ?? '');
    await del(one.pod, inVlan(100));
    t.deepEqual((await vlanLinks(scene)).toSorted(), ['evio0.100', 'evio0.200']);
    t.true(await reaches(third.pod, other.addresses[0] ?? ''));
    await del(third.pod, inVlan(100));
    await eventually('its VLAN is gone', async () =>
      (await vlanLinks(scene)).join() === 'evio0.200' ? true : undefined,
    );
    await cni('DEL', other.pod);
    await isGone(scene);
    await assertSound(t, scene);
  },
);

test.serial('without anti-spoofing a pod shares its VLAN with other ports, and no other', async (t) => {
  const { scene, ...all } = await threePods(t, '--anti-spoofing', 'off');
  const { node, links } = scene;
  await works(all);
  const byPod = new Map((await scene.pods()).map(({ containerId, hostIfname }) => [containerId, hostIfname]));
  const link = byPod.get(all.one.pod.name) ?? '';
  t.true((await links()).includes(link));
  const columns = () => node.ovs.vsctl('get', 'port', link, 'vlan_mode', 'tag', 'trunks');
  t.is(await columns(), 'access\n100\n[]\n');
  const heard = await Promise.all([
    sniff(t, node.netns, 'evio0.100'),
    sniff(t, node.netns, 'evio0.200'),
    sniff(t, node.netns, 'evio0'),
  ]);
  const ends = { from: '02:00:00:00:00:07', to: 'ff:ff:ff:ff:ff:ff' };
  const frame = udp4(ends, { source: '192.0.2.7', target: '255.255.255.255', text: 'in a hundred' });
  await sendFrames(all.one.pod, [tagged(frame, 200), frame]);
  await heard[0].hears(frame);
  t.false(heard[1].hasText('in a hundred'));

  await node.ovs.vsctl('set', 'port', link, 'tag=200');
  await eventually('it is put back', async () =>
    (await columns()) === 'access\n100\n[]\n' ? true : undefined,
  );
  await node.stopAgent();
  await node.startAgent();
  await isReady(node);
  t.is(await columns(), 'trunk\n[]\n[4095]\n');
  await works(all);
  await node.stopAgent();
  await node.startAgent('--anti-spoofing', 'off');
  await isReady(node);
  t.is(await columns(), 'access\n100\n[]\n');
  await works(all);
});

test.serial('a guarded pod sends nothing into another VLAN, tagged or not', async (t) => {
  const { scene, one, other } = await threePods(t);
  const { node } = scene;
  const [four = ''] = one.addresses;
  const [victim = ''] = other.addresses;
  const mac = (address: string): string =>
    `0a:58:${address
      .split('.')
      .map((octet) => Number(octet).toString(16).padStart(2, '0'))
      .join(':')}`;
  const own = await sniff(t, node.netns, 'evio0.100');
  const others = await Promise.all([
    sniff(t, node.netns, 'evio0.200'),
    sniff(t, node.netns, 'evio0'),
    sniff(t, other.pod, 'eth0'),
  ]);
  const packet = (to: string, text: string) =>
    udp4({ from: mac(four), to }, { source: four, target: victim, text });
  const broadcast = 'ff:ff:ff:ff:ff:ff';
  const gateway = '0a:58:0a:f4:00:01';
  const spoofed = udp4(
    { from: mac(victim), to: gateway },
    { source: victim, target: '10.244.0.1', text: 'spoofed in a VLAN' },
  );
  const attacks = [
    ...[100, 200, 4095].flatMap((vlan) => [
      tagged(packet(broadcast, `tagged ${vlan}`), vlan),
      tagged(packet(mac(victim), `tagged ${vlan} to it`), vlan),
      tagged(packet(gateway, `tagged ${vlan} to the gateway`), vlan),
    ]),
    packet(mac(victim), 'straight to its MAC'),
    spoofed,
  ];
  const last = udp4(
    { from: mac(four), to: gateway },
    { source: four, target: '10.244.0.1', text: 'the last of its own' },
  );
  await sendFrames(one.pod, [...attacks, last]);
  await own.hears(last);
  for (const sniffer of others)
    for (const text of ['tagged', 'straight to its MAC', 'spoofed in a VLAN'])
      t.false(sniffer.hasText(text), text);
  t.false(own.hasText('tagged'));
  t.false(own.hasText('spoofed in a VLAN'));
});

test.serial('ADDs and DELs of many pods in one VLAN at once leave what they should', async (t) => {
  const scene = await makeScene(t);
  const { makePods, add, del } = scene;
  const pods = await makePods(6);
  for (let round = 0; round < 3; round += 1) {
    const given = await Promise.all(pods.map((pod) => add(pod, inVlan(7))));
    t.deepEqual(
      (await ourRoutes(scene)).toSorted(),
      given
        .flat()
        .map((one) => `${one} evio0.7`)
        .toSorted(),
    );
    const [first, ...rest] = pods;
    if (first === undefined) return;
    await Promise.all(rest.map((pod) => del(pod)));
    t.true(await reaches(first, '10.244.0.1'));
    await Promise.all([del(first), ...rest.map((pod) => add(pod, inVlan(7)))]);
    for (const pod of rest) await eventuallyReaches(pod, '10.244.0.1');
    await Promise.all(rest.map((pod) => del(pod)));
    await isGone(scene);
  }
  await assertSound(t, scene);
});

test.serial('what cannot be had is refused, and nothing is changed', async (t) => {
  const scene = await makeScene(t);
  const { node, cni, makePod, log } = scene;
  await node.netns.exec('ip', 'link', 'add', 'evio0.9', 'type', 'bridge');
  await node.ovs.vsctl('add-port', 'evio0', 'evio0.8', '--', 'set', 'interface', 'evio0.8', 'type=internal');
  const pod = await makePod();
  const before = (await log()).length;
  t.like(refusalOf(await cni('ADD', pod, inVlan(4095))), {
    code: 7,
    msg: 'invalid network configuration: "vlan": 4095',
  });
  t.is((await log()).length, before);
  t.like(refusalOf(await cni('ADD', pod, inVlan(8))), {
    code: 5,
    msg: 'the port "evio0.8" bears our name and is not ours',
  });
  t.like(refusalOf(await cni('ADD', pod, inVlan(9))), { code: 11 });
  t.regex(await node.netns.exec('ip', '-d', 'link', 'show', 'evio0.9'), / bridge /);
  t.deepEqual(await scene.pods(), []);
  await node.ovs.vsctl('del-port', 'evio0', 'evio0.8');
  await node.netns.exec('ip', 'link', 'delete', 'evio0.9');
  await assertSound(t, scene);
});

test.serial('a VLAN whose gateway has no name is refused by ADD and STATUS, with what helps', async (t) => {
  const scene = await makeScene(t, undefined, '--bridge', 'a-long-bridge');
  const { node, cni, makePod } = scene;
  const pod = await makePod();
  const refused = refusalOf(await cni('ADD', pod, inVlan(1000)));
  t.like(refused, { code: 7 });
  t.regex(refused.msg, /^vlan "1000": .* "a-long-bridge.1000"/);
  t.regex(refused.details, /--bridge/);
  t.like(refusalOf(await node.cni('STATUS', { config: { vlan: 1000 }, cniVersion: '1.1.0' })), { code: 50 });
  t.is((await node.cni('STATUS', { config: { vlan: 7 }, cniVersion: '1.1.0' })).code, 0);
  await scene.add(pod, inVlan(7));
  t.true(await reaches(pod, '10.244.0.1'));
});
