import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, isReady, makeScene, refusalOf, type Scene, usual } from '../../support/scene.ts';
import { ping } from '../../support/traffic.ts';

/** The bridge's flows without what changes by itself, each a line, in some order. */
const flowsOf = async (scene: Scene): Promise<ReadonlyArray<string>> =>
  (await scene.node.ovs.ofctl('evio0', 'dump-flows', '--no-stats'))
    .split('\n')
    .filter((line) => line.includes('priority'))
    .sort();

const ours = (flows: ReadonlyArray<string>): ReadonlyArray<string> =>
  flows.filter((flow) => flow.includes('cookie=0xe7106'));

const perPod = 7;

const settle = ({ ask }: Scene) => ask('POST', '/v1/settle', {});

const onePod = async (t: Parameters<typeof makeScene>[0], ...args: ReadonlyArray<string>) => {
  const scene = await makeScene(t, usual, ...args);
  const pod = await scene.makePod();
  const [address = ''] = await scene.add(pod);
  const [link = ''] = await scene.links();
  return { scene, pod, address, link };
};

test.serial('a pod has its flows with the answer to its ADD, and they go with its DEL', async (t) => {
  const scene = await makeScene(t);
  await scene.node.ovs.ofctl('evio0', 'add-flow', 'cookie=0x17,priority=65000,in_port=77,actions=drop');
  const before = await flowsOf(scene);
  const pods = await scene.makePods(3);
  for (const [index, pod] of pods.entries()) {
    await scene.add(pod);
    t.is(ours(await flowsOf(scene)).length, (index + 1) * perPod);
  }
  for (const pod of pods) await scene.del(pod);
  await eventually('the flows are gone', async () =>
    ours(await flowsOf(scene)).length === 0 ? true : undefined,
  );
  t.deepEqual(await flowsOf(scene), before);
  // By DEL itself, not by a later comparison.
  t.notRegex(await scene.node.agentLog(), /flows were set right/);
});

test.serial('flows that somebody removed or changed come back, stale ones go, others’ stay', async (t) => {
  const { scene, pod, link } = await onePod(t);
  const before = await flowsOf(scene);
  await scene.node.ovs.ofctl('evio0', 'add-flow', 'cookie=0x17,priority=65000,in_port=77,actions=drop');
  await scene.node.ovs.ofctl(
    'evio0',
    'add-flow',
    'cookie=0xe7106fffffffffff,priority=65000,in_port=78,actions=LOCAL',
  );
  const ofport = (await scene.node.ovs.vsctl('get', 'interface', link, 'ofport')).trim();
  await scene.node.ovs.ofctl(
    'evio0',
    'mod-flows',
    '--strict',
    `priority=65000,in_port=${ofport},actions=NORMAL`,
  );
  await scene.node.ovs.ofctl(
    'evio0',
    'del-flows',
    '--strict',
    'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02',
  );
  await settle(scene);
  await ping(pod, '10.244.0.1');
  const after = await flowsOf(scene);
  t.deepEqual(ours(after), ours(before));
  t.is(after.filter((flow) => flow.includes('cookie=0x17,')).length, 1);
});

test.serial('a port that somebody opened is shut again', async (t) => {
  const { scene, link } = await onePod(t);
  const shut = () => scene.node.ovs.vsctl('get', 'port', link, 'vlan_mode', 'trunks');
  t.is(await shut(), 'trunk\n[4095]\n');
  await scene.node.ovs.vsctl('clear', 'port', link, 'trunks');
  await eventually('it is shut', async () => ((await shut()) === 'trunk\n[4095]\n' ? true : undefined));
});

test.serial('anti-spoofing is turned on and off under running pods', async (t) => {
  const { scene, pod, link } = await onePod(t, '--anti-spoofing', 'off');
  const { node } = scene;
  const ports = () => node.ovs.vsctl('get', 'port', link, 'vlan_mode', 'trunks');
  t.is(await ports(), '[]\n[]\n');
  t.regex((await node.evioctl('status')).out, /anti-spoofing off/);
  await ping(pod, '10.244.0.1');

  await node.stopAgent();
  await node.startAgent();
  await isReady(node);
  t.is(await ports(), 'trunk\n[4095]\n');
  t.is(ours(await flowsOf(scene)).length, perPod);
  t.notRegex((await node.evioctl('status')).out, /anti-spoofing/);
  await ping(pod, '10.244.0.1');

  await node.stopAgent();
  await node.startAgent('--anti-spoofing', 'off');
  await isReady(node);
  t.is(await ports(), '[]\n[]\n');
  t.is(ours(await flowsOf(scene)).length, 0);
  await ping(pod, '10.244.0.1');
  await assertSound(t, scene);
});

test.serial('a living pod that the log does not know keeps its flows, and gets them back', async (t) => {
  const { scene, pod } = await onePod(t);
  const { node, ask } = scene;
  const before = ours(await flowsOf(scene));
  await node.stopAgent();
  // So that it cannot be adopted.
  const [link = ''] = await scene.links();
  await node.ovs.vsctl('set', 'port', link, 'external_ids:netns-id=lost');
  await node.startAgent('--state-dir', `${node.dir}/fresh`);
  await ask('POST', '/v1/configure', usual);
  await ask('POST', '/v1/join', {});
  await eventually('the link is noticed', async () =>
    (await node.status()).reasons.some((reason) => reason.includes(pod.name)) ? true : undefined,
  );
  await settle(scene);
  t.deepEqual(ours(await flowsOf(scene)), before);
  await node.ovs.killSwitchd();
  await node.ovs.startSwitchd();
  await eventually('the pod works again', () => ping(pod, '10.244.0.1').catch(() => undefined));
  t.deepEqual(ours(await flowsOf(scene)), before);
});

test.serial('a bridge that speaks no OpenFlow 1.3 takes no pods, and the node says what to do', async (t) => {
  const { scene, pod } = await onePod(t);
  const { node, makePod, cni, add } = scene;
  await node.ovs.vsctl('set', 'bridge', 'evio0', 'protocols=OpenFlow10');
  await eventually('the node says so', async () =>
    (await node.status()).reasons.some((reason) => reason.includes('OpenFlow13')) ? true : undefined,
  );
  const late = await makePod();
  const refused = await cni('ADD', late);
  t.is(refused.code, 1);
  t.is(refusalOf(refused).code, 11);
  t.regex(refusalOf(refused).msg, /anti-spoofing flows cannot be written: .*OpenFlow13/);
  await assertSound(t, scene);
  await node.ovs.vsctl('clear', 'bridge', 'evio0', 'protocols');
  await settle(scene);
  await add(late);
  for (const each of [pod, late])
    await eventually('it works', () => ping(each, '10.244.0.1').catch(() => undefined));
});
