import test from 'ava';
import { broadcast, ethernet, tagged, udp4 } from '../../support/frames.ts';
import { eventually } from '../../support/node.ts';
import { flood, sendFrames, sniff } from '../../support/sniff.ts';
import { asShown, inReservedVlan, makeSpoofingScene, ownFrames, spoofedFrames } from './spoofing-scene.ts';
import { macIn, runFor } from './through-pod-scene.ts';

const gateway = '0a:58:0a:f4:00:01';
const everybody = '255.255.255.255';

const question = (from: string, more: object = {}, to = broadcast) =>
  udp4({ from, to }, { source: '0.0.0.0', target: everybody, port: 67, fromPort: 68, ...more });

/** What looks like a question for an address, and is none. */
const falseQuestions = (mac: string, other: string, mark: string) => ({
  "a question with another's MAC": question(other, { text: mark }),
  'a question from an address': question(mac, { source: '10.244.0.66', text: mark }),
  'a question to one address': question(mac, { target: '10.244.0.1', text: mark }),
  'a question to one neighbour': question(mac, { text: mark }, gateway),
  'a question from another port': question(mac, { fromPort: 67, text: mark }),
  'a packet from the port of a client': question(mac, { port: 53, text: mark }),
  'an answer': question(mac, { port: 68, fromPort: 67, text: mark }),
  'a question in a VLAN': tagged(question(mac, { text: `${mark} seven` }), 7),
  'TCP from nowhere': ethernet({ from: mac, to: broadcast }, 0x0800, Buffer.from(`45 ${mark}`)),
});

test.serial(
  'of all that a prepared pod sends the question for an address goes to the host, and nothing else',
  async (t) => {
    const scene = await makeSpoofingScene(t);
    const { node, makePod, victim, other, six, stranger } = scene;
    const sniffers = {
      host: await sniff(t, node.netns, 'evio0'),
      pod: await sniff(t, victim, 'eth0'),
      stranger: await sniff(t, stranger, 'eth0'),
    };
    const pod = await makePod();
    const run = runFor(scene, pod);
    const mac = macIn(await run.admit());
    // Whoever it may become: no address is its own yet.
    const self = { four: '10.244.0.9', six: other.six.replace(/::.*/, '::9'), mac };
    const wrong = {
      ...falseQuestions(mac, other.mac, 'prepared'),
      ...spoofedFrames(self, other, six, 'prepared'),
      ...ownFrames(self, six, 'prepared'),
    };
    const right = question(mac, { text: 'an address, please' });
    await sendFrames(pod, [...Object.values(wrong), right]);
    await sniffers.host.hears(right);
    for (const [where, sniffer] of Object.entries(sniffers)) {
      for (const [what, frame] of Object.entries(wrong))
        t.false(sniffer.has(asShown(frame)), `${what}: ${where}`);
      if (where !== 'host') t.false(sniffer.has(right), where);
    }
    // The attacks are attacks: with its address the pod's own frames pass, and the question still does.
    await run.add('10.244.0.9');
    const own = udp4(
      { from: mac, to: gateway },
      { source: '10.244.0.9', target: '10.244.0.1', text: 'mine' },
    );
    const again = question(mac, { text: 'once more, please' });
    const wrongAgain = falseQuestions(mac, other.mac, 'added');
    await sendFrames(pod, [...Object.values(wrongAgain), own, again]);
    await sniffers.host.hears(own);
    await sniffers.host.hears(again);
    for (const [what, frame] of Object.entries(wrongAgain))
      t.false(sniffers.host.has(asShown(frame)), `${what}, with its address`);
  },
);

test.serial(
  'a pod that floods from its interface’s first moment on gets nothing out while it is prepared',
  async (t) => {
    const scene = await makeSpoofingScene(t);
    const { node, makePod, other, six, stranger } = scene;
    const [host, foreign] = [await sniff(t, node.netns, 'evio0'), await sniff(t, stranger, 'eth0')];
    const pod = await makePod();
    const mac = '02:00:5e:10:00:02';
    const self = { four: '10.244.0.10', six: other.six.replace(/::.*/, '::a'), mac };
    const wrong = { ...falseQuestions(mac, other.mac, 'flood'), ...spoofedFrames(self, other, six, 'flood') };
    const flooding = await flood(t, pod, Object.values(wrong));
    const run = runFor(scene, pod, { mac });
    t.is((await run.admit()).status, 200);
    await flooding.stop();
    const last = question(mac, { text: 'last' });
    await sendFrames(pod, [last]);
    await host.hears(last);
    await run.end();
    for (const [what, frame] of Object.entries(wrong)) {
      if (what === inReservedVlan) continue;
      t.false(host.has(asShown(frame)), `${what}: host`);
      t.false(foreign.has(asShown(frame)), `${what}: a port that is not ours`);
    }
  },
);

test.serial(
  'what the host answers comes in: to its MAC, and to everybody who asks; nothing else does',
  async (t) => {
    const scene = await makeSpoofingScene(t);
    const { node, makePods, attacker, stranger } = scene;
    const [one, two] = await makePods(2);
    if (one === undefined || two === undefined) return t.fail();
    const [first, second] = [runFor(scene, one), runFor(scene, two)];
    const macs = await Promise.all([first, second].map(async (run) => macIn(await run.admit())));
    const [mac = '', otherMac = ''] = macs;
    t.not(mac, otherMac);
    const sniffers = {
      one: await sniff(t, one, 'eth0'),
      two: await sniff(t, two, 'eth0'),
      pod: await sniff(t, attacker, 'eth0'),
      stranger: await sniff(t, stranger, 'eth0'),
    };
    const answer = (to: string, text: string, port = 68) =>
      udp4({ from: gateway, to }, { source: '10.244.0.1', target: everybody, port, text });
    const frames = {
      toOne: answer(mac, 'to one'),
      toAll: answer(broadcast, 'to all'),
      otherToOne: answer(mac, 'no answer', 9),
      otherToAll: answer(broadcast, 'no answer', 9),
    };
    const send = (...which: ReadonlyArray<Buffer>) => sendFrames(node.netns, which, 'evio0');
    await send(frames.otherToOne, frames.otherToAll, frames.toOne, frames.toAll);
    for (const where of ['one', 'two', 'stranger'] as const) await sniffers[where].hears(frames.toAll);
    await sniffers.one.hears(frames.toOne);
    t.false(sniffers.two.has(frames.toOne));
    t.false(sniffers.pod.has(frames.toAll), 'a pod that does not ask');
    for (const where of ['one', 'two', 'pod'] as const)
      for (const frame of [frames.otherToOne, frames.otherToAll]) t.false(sniffers[where].has(frame), where);
    // The one that goes takes nothing from the one that stays.
    await first.end();
    const later = answer(broadcast, 'later');
    await eventually('only one is left', async () =>
      (await node.ovs.ofctl('evio0', 'dump-flows')).includes('tp_dst=68 actions=NORMAL,output')
        ? true
        : undefined,
    );
    await send(later);
    await sniffers.two.hears(later);
    await second.end();
    return undefined;
  },
);
