import test from 'ava';
import { either as E } from 'fp-ts';
import { tagged, udp4 } from '../../support/frames.ts';
import type { Netns } from '../../support/netns.ts';
import { sendFrames, sniff } from '../../support/sniff.ts';
import { makeBridge, plugged } from './plugged-pod.ts';

const done = E.right(undefined);
const trunk = [
  { first: 7, last: 7 },
  { first: 100, last: 102 },
];

const frame = (text: string): Buffer =>
  udp4(
    { from: '02:00:00:00:00:07', to: 'ff:ff:ff:ff:ff:ff' },
    { source: '192.0.2.7', target: '255.255.255.255', text },
  );

/** Sent from the first of the ports, the last one as a sign that all were. */
const sent = (from: Netns, last: Buffer) =>
  sendFrames(from, [
    ...[6, 7, 8, 99, 100, 102, 103, 4094].map((vlan) => tagged(frame(`tagged ${vlan};`), vlan)),
    last,
  ]);

const carried = ['tagged 7;', 'tagged 100;', 'tagged 102;'];
const others = ['tagged 6;', 'tagged 8;', 'tagged 99;', 'tagged 103;', 'tagged 4094;'];

test('frames of the listed VLANs pass to another trunk, with their tags, and others do not', async (t) => {
  const scene = await makeBridge(t);
  const [one, other] = [await plugged(t, scene, 'v1', { trunk }), await plugged(t, scene, 'v2', { trunk })];
  const access = await plugged(t, scene, 'v3', { vlan: 100 });
  const untagged = await plugged(t, scene, 'v4', {});
  t.is(
    await scene.ovs.vsctl('get', 'port', 'v1', 'vlan_mode', 'tag', 'trunks'),
    'trunk\n[]\n[0, 7, 100, 101, 102]\n',
  );
  const heard = await Promise.all([other, access, untagged].map((pod) => sniff(t, pod, 'eth0')));
  const last = frame('untagged;');
  await sent(one, last);
  const [atTrunk, atAccess, atUntagged] = heard;
  await atTrunk?.hears(last);
  await atUntagged?.hears(last);
  for (const text of carried) t.true(atTrunk?.hasText(text), text);
  for (const text of others) for (const where of heard.slice(0, 2)) t.false(where.hasText(text), text);
  t.true(atAccess?.hasText('tagged 100;'));
  for (const text of ['tagged 7;', 'tagged 102;', 'untagged;']) t.false(atAccess?.hasText(text), text);
});

test('with a VLAN of its own, what bears no tag is in that', async (t) => {
  const scene = await makeBridge(t);
  const one = await plugged(t, scene, 'v1', { vlan: 5, trunk });
  const heard = {
    native: await sniff(t, await plugged(t, scene, 'v2', { vlan: 5 }), 'eth0'),
    trunk: await sniff(t, await plugged(t, scene, 'v3', { trunk }), 'eth0'),
  };
  t.is(await scene.ovs.vsctl('get', 'port', 'v1', 'vlan_mode', 'tag'), 'native-untagged\n5\n');
  const last = frame('untagged;');
  await sent(one, last);
  await heard.native.hears(last);
  for (const text of carried) t.true(heard.trunk.hasText(text), text);
  for (const text of [...others, 'untagged;']) t.false(heard.trunk.hasText(text), text);
  for (const text of [...carried, ...others]) t.false(heard.native.hasText(text), text);
});

test('what a port carries is seen, none of it while it is guarded, and none where somebody changed it', async (t) => {
  const scene = await makeBridge(t);
  const { ovs, opened } = scene;
  await plugged(t, scene, 'v1', { trunk });
  await plugged(t, scene, 'v2', { vlan: 5, trunk });
  const seen = async () => {
    const ports = await opened.ports()();
    return E.isRight(ports)
      ? ports.right
          .map(({ name, tag, trunk }) => ({ name, tag, trunk }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      : [];
  };
  const whole = [
    { name: 'v1', tag: undefined, trunk },
    { name: 'v2', tag: 5, trunk },
  ];
  t.deepEqual(await seen(), whole);
  t.deepEqual(await opened.setGuarded(['v1', 'v2'], true)(), done);
  t.deepEqual(
    await seen(),
    whole.map(({ name }) => ({ name, tag: undefined, trunk: undefined })),
  );
  const vlans = new Map([
    ['v1', { trunk }],
    ['v2', { vlan: 5, trunk }],
  ]);
  t.deepEqual(await opened.setGuarded(['v1', 'v2'], false, vlans)(), done);
  t.deepEqual(await seen(), whole);
  await ovs.vsctl('set', 'port', 'v1', 'trunks=7,100,101,102');
  await ovs.vsctl('set', 'port', 'v2', 'trunks=7,100,101');
  t.notDeepEqual((await seen())[0], whole[0]);
  t.notDeepEqual((await seen())[1], whole[1]);
});
