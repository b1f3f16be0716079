import test from 'ava';
import { hostEndMac } from '../../../domain/kernel/mac.ts';
import { ip } from '../../support/events.ts';
import { broadcast, udp4 } from '../../support/frames.ts';
import { eventually } from '../../support/node.ts';
import { reaches } from '../../support/scene.ts';
import { flood, sendFrames, sniff } from '../../support/sniff.ts';
import { ping, transfer } from '../../support/traffic.ts';
import {
  asShown,
  identityOf,
  inReservedVlan,
  makeSpoofingScene,
  ownFrames,
  type SpoofingScene,
  sniffAll,
  spoofedFrames,
} from './spoofing-scene.ts';

/** How many flows of ours there are. */
const ourFlows = async (scene: Pick<SpoofingScene, 'node'>): Promise<number> =>
  (await scene.node.ovs.ofctl('evio0', 'dump-flows')).split('cookie=0xe7106').length - 1;

test.serial('what bears another’s name does not leave a pod, what bears its own does', async (t) => {
  const scene = await makeSpoofingScene(t);
  const { attacker, pod, other, six } = scene;
  const sniffers = await sniffAll(t, scene);
  const spoofed = spoofedFrames(pod, other, six, 'spoofed');
  const own = ownFrames(pod, six, 'own');
  await sendFrames(attacker, [...Object.values(spoofed), ...Object.values(own)]);

  for (const [what, frame] of Object.entries(own)) {
    await t.notThrowsAsync(sniffers.host.hears(frame), what);
    t.false(sniffers.pod.has(frame), `${what} reached a pod`);
    t.false(sniffers.stranger.has(frame), `${what} reached a port that is not ours`);
  }
  for (const [what, frame] of Object.entries(spoofed))
    for (const [where, sniffer] of Object.entries(sniffers))
      t.false(sniffer.has(asShown(frame)), `${what}: ${where}`);
});

test.serial('without anti-spoofing all of these arrive: the attacks are attacks', async (t) => {
  const scene = await makeSpoofingScene(t, '--anti-spoofing', 'off');
  const { attacker, pod, other, six } = scene;
  const { host, stranger } = await sniffAll(t, scene);
  const spoofed = spoofedFrames(pod, other, six, 'spoofed');
  await sendFrames(attacker, Object.values(spoofed));
  for (const [what, frame] of Object.entries(spoofed))
    await t.notThrowsAsync(host.hears(asShown(frame)), what);
  t.true(stranger.has(spoofed["the gateway's ARP"] ?? Buffer.alloc(0)));
  t.is(await ourFlows(scene), 0);
});

test.serial('pods and host reach each other as before, and so does a port that is not ours', async (t) => {
  const scene = await makeSpoofingScene(t);
  const { attacker, victim, pod, other, six, stranger, node } = scene;
  for (const address of ['10.244.0.1', six, other.four, other.six]) await ping(attacker, address);
  // The host asks for pods that it has forgotten.
  await node.netns.exec('ip', 'neigh', 'flush', 'all');
  for (const address of [pod.four, pod.six]) await ping(node.netns, address);
  const { seenAs } = await transfer(
    attacker,
    victim,
    { address: other.four, port: 5001, listenOn: 5001 },
    256 * 1024,
  );
  t.is(seenAs, pod.four);
  await ping(stranger, '198.51.100.1');
});

test.serial(
  'no packet passes the switch by, to the end of the pod’s link that the host’s stack sees',
  async (t) => {
    const scene = await makeSpoofingScene(t);
    const { attacker, victim, node, pod, other } = scene;
    await node.netns.exec(
      'sysctl',
      '-qw',
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.conf.default.rp_filter=0',
    );
    const sniffer = await sniff(t, victim, 'eth0');
    const ends = { from: pod.mac, to: hostEndMac(ip(pod.four)) };
    const past = { source: '192.0.2.77', target: other.four, text: 'past the switch' };
    const routed = { source: pod.four, target: other.four, text: 'routed' };
    await sendFrames(attacker, [
      udp4(ends, past),
      udp4({ ...ends, to: broadcast }, past),
      udp4({ ...ends, to: '0a:58:0a:f4:00:01' }, routed),
    ]);
    await eventually('its own packet arrives', async () => (sniffer.hasText('routed') ? true : undefined));
    t.false(sniffer.hasText('past the switch'));
  },
);

test.serial('a pod that floods from its interface’s first moment on gets nothing out', async (t) => {
  const scene = await makeSpoofingScene(t);
  const { makePod, add, node, other, six, stranger } = scene;
  const [host, foreign] = [await sniff(t, node.netns, 'evio0'), await sniff(t, stranger, 'eth0')];
  for (let round = 0; round < 5; round += 1) {
    const pod = await makePod();
    const next = identityOf([`10.244.0.${4 + round}`, other.six.replace(/::.*/, `::${4 + round}`)]);
    const spoofed = spoofedFrames(next, other, six, `flood ${round}`);
    const flooding = await flood(t, pod, Object.values(spoofed));
    t.deepEqual(await add(pod), [next.four, next.six]);
    await flooding.stop();
    // Behind all of the flood: what was let through before it is heard before these.
    const own = Object.values(ownFrames(next, six, `last ${round}`));
    await sendFrames(pod, own);
    for (const frame of own) await host.hears(frame);
    for (const [what, frame] of Object.entries(spoofed)) {
      if (what === inReservedVlan) continue;
      t.false(host.has(asShown(frame)), `${what}: host`);
      t.false(foreign.has(asShown(frame)), `${what}: a port that is not ours`);
    }
  }
});

test.serial('when ovs-vswitchd dies and comes back, pods stay shut until their flows are back', async (t) => {
  const scene = await makeSpoofingScene(t);
  const { attacker, pod, other, six, node, stranger } = scene;
  const spoofed = spoofedFrames(pod, other, six, 'restart');
  const before = await ourFlows(scene);
  const foreign = await sniff(t, stranger, 'eth0');
  // Long before the next sweep, and with its flood beside it some pings are lost.
  const worksAgain = () =>
    eventually(
      'the pod works again',
      async () => ((await reaches(attacker, '10.244.0.1')) ? true : undefined),
      30_000,
    );
  // No agent: nobody writes the flows again.
  await node.stopAgent();
  const flooding = await flood(t, attacker, Object.values(spoofed));
  await node.ovs.killSwitchd();
  await node.ovs.startSwitchd();
  await eventually('others go on', () => ping(stranger, '198.51.100.1').catch(() => undefined));
  t.is(await ourFlows(scene), 0);
  const host = await sniff(t, node.netns, 'evio0');
  await t.throwsAsync(ping(attacker, '10.244.0.1'), undefined, 'it cannot send as itself either');

  await node.startAgent();
  await worksAgain();
  t.is(await ourFlows(scene), before);
  // The agent is there when it happens again.
  await node.ovs.killSwitchd();
  await node.ovs.startSwitchd();
  await worksAgain();
  t.is(await ourFlows(scene), before);

  const again = await sniff(t, node.netns, 'evio0');
  await flooding.stop();
  const own = Object.values(ownFrames(pod, six, 'after the restart'));
  await sendFrames(attacker, own);
  for (const frame of own) await again.hears(frame);
  const sniffers = Object.entries({ 'before the agent': host, 'after it': again, stranger: foreign });
  const heard = Object.entries(spoofed).flatMap(([what, frame]) =>
    sniffers.flatMap(([where, sniffer]) => (sniffer.has(asShown(frame)) ? [`${what}: ${where}`] : [])),
  );
  t.deepEqual(
    heard.filter((each) => each === `${inReservedVlan}: after it` || !each.startsWith(inReservedVlan)),
    [],
  );
});
