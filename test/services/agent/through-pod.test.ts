import test from 'ava';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { hostIfname } from '../../../domain/kernel/host-ifname.ts';
import { unaddressedMacs } from '../../../domain/kernel/mac.ts';
import { eventually } from '../../support/node.ts';
import { assertSound, isReady, reaches, sharedScene } from '../../support/scene.ts';
import { heldHere } from './delegated-scene.ts';
import { interfaceOf, macIn, nothing, onNode, ourFlows, runFor } from './through-pod-scene.ts';

const scene = sharedScene(test);

const isClear = () =>
  eventually('nothing is left', async () => {
    const there = await onNode(scene());
    return there.ports.length + there.links.length + there.flows === 0 ? true : undefined;
  });

test.serial(
  'an interface is prepared, and is the pod’s with its address: the same one, with its MAC',
  async (t) => {
    const { node, makePod, log, ask, del } = scene();
    const pod = await makePod();
    const before = (await log()).length;
    const run = runFor(scene(), pod);
    const admitted = await run.admit();
    t.is(admitted.status, 200, JSON.stringify(admitted));
    const link = hostIfname(sha256, { network: 'evio', containerId: pod.name, ifname: 'eth0' });
    const { pod: mac } = unaddressedMacs(link);
    t.is(macIn(admitted), mac);
    const prepared = await interfaceOf(pod);
    t.like(prepared, { mac, up: true, four: [] });
    t.deepEqual(
      [await onNode(scene()), (await log()).length],
      [{ ports: [link], links: [link], flows: 4 }, before],
    );

    // What compares log, kernel and switch finds nothing wrong with it.
    await ask('POST', '/v1/settle', {});
    t.is((await onNode(scene())).flows, 4);
    t.is((await node.evioctl('drift')).code, 0);
    t.notRegex(await node.agentLog(), /flows were set right|was removed/);
    t.regex(await node.agentLog(), new RegExp(`${mac}","message":"prepared"`));

    const added = await run.add('10.244.0.200');
    t.is(added.status, 200, JSON.stringify(added));
    t.deepEqual(await interfaceOf(pod), { ...prepared, four: ['10.244.0.200'] });
    t.true(await reaches(pod, '10.244.0.1'));
    const event = (await log()).findLast(({ type }) => type === 'PodAdded');
    t.like(event?.payload, {
      addresses: [{ address: '10.244.0.200', choice: { by: 'delegated', plugin: 'dhcp' } }],
      mac,
    });
    // The pod's own, and that it may ask again.
    t.is((await ourFlows(scene())).length, 8);
    t.is((await ourFlows(scene())).filter((flow) => flow.includes('tp_dst=67')).length, 1);
    await assertSound(t, scene());
    // Asked again by a plugin that has not heard the answer.
    t.deepEqual((await run.add('10.244.0.200')).result?.interfaces, added.result?.interfaces);
    await del(pod);
    await isClear();
    t.pass();
  },
);

test.serial('it has the MAC that is asked for, unless another pod has it or is about to', async (t) => {
  const { makePods, del } = scene();
  const [first, second] = await makePods(2);
  if (first === undefined || second === undefined) return t.fail();
  const mac = '02:00:5e:10:00:01';
  const run = runFor(scene(), first, { mac });
  t.is(macIn(await run.admit()), mac);
  const other = runFor(scene(), second, { mac });
  t.like((await other.admit()).error, { code: 11 });
  t.is((await run.add('10.244.0.201')).status, 200);
  t.is((await interfaceOf(first)).mac, mac);
  t.like((await other.admit()).error, { code: 11 });
  const reserved = await runFor(scene(), second, { mac: '0a:58:0a:f4:00:09' }).admit();
  t.like(reserved.error, { code: 7 });
  await del(first);
  await isClear();
  return undefined;
});

test.serial(
  'what ends without its ADD leaves nothing: by its own run, or by a DEL; another run ends nothing',
  async (t) => {
    const { makePod, del, log } = scene();
    const pod = await makePod();
    const before = (await log()).length;
    for (const way of ['end', 'DEL'] as const) {
      const run = runFor(scene(), pod);
      await run.admit();
      await runFor(scene(), pod).end();
      t.is((await onNode(scene())).links.length, 1, 'another run');
      if (way === 'end') await run.end();
      else await del(pod);
      t.deepEqual((await onNode(scene())).links, []);
      t.like((await run.add('10.244.0.202')).error, { code: 11 });
      await isClear();
    }
    t.is((await log()).length, before);
  },
);

test.serial('a second ADD is refused while the first waits, and disturbs it not', async (t) => {
  const { makePod, cni, del } = scene();
  const pod = await makePod();
  const run = runFor(scene(), pod);
  await run.admit();
  const before = await interfaceOf(pod);
  const second = runFor(scene(), pod);
  for (const refused of [await second.admit(), await second.add('10.244.0.203')]) {
    t.like(refused.error, { code: 11 });
    t.regex(refused.error?.msg ?? '', /another ADD waits/);
  }
  t.regex((await cni('ADD', pod)).out, /another ADD waits/);
  t.deepEqual(await interfaceOf(pod), before);
  t.is((await run.add('10.244.0.203')).status, 200);
  t.true(await reaches(pod, '10.244.0.1'));
  await del(pod);
});

test.serial('the same run asks to be admitted again, and has an interface again', async (t) => {
  const { makePod, del } = scene();
  const pod = await makePod();
  const run = runFor(scene(), pod);
  await run.admit();
  t.is((await run.admit()).status, 200);
  t.is((await onNode(scene())).flows, 4);
  t.is((await run.add('10.244.0.204')).status, 200);
  t.true(await reaches(pod, '10.244.0.1'));
  await del(pod);
  await isClear();
});

test.serial('an address that cannot be had is refused, and the interface waits for its end', async (t) => {
  const { makePod, add, del, log } = scene();
  const [holder, pod] = [await makePod(), await makePod()];
  const [held = ''] = await add(holder);
  const before = (await log()).length;
  const run = runFor(scene(), pod);
  await run.admit();
  t.regex((await run.add('192.168.7.7')).error?.msg ?? '', /outside of this node's/);
  t.regex((await run.add(held)).error?.msg ?? '', /which is held by/);
  t.like(await interfaceOf(pod), { up: true, four: [] });
  await run.end();
  t.deepEqual((await onNode(scene())).links.length, 1);
  t.is((await log()).length, before);
  await assertSound(t, scene());
  await del(holder);
  await isClear();
});

test.serial('a namespace that goes away takes the interface along, and nothing of it is left', async (t) => {
  const { makePod, del, log } = scene();
  const pod = await makePod();
  const run = runFor(scene(), pod);
  await run.admit();
  await pod.remove();
  t.is((await run.add('10.244.0.205')).status, 409);
  await run.end();
  await isClear();
  t.deepEqual(await heldHere(scene(), pod), []);
  await del(pod);
  t.notRegex(JSON.stringify((await log()).map(({ payload }) => payload)), new RegExp(pod.name));
});

test.serial(
  'an agent that dies meanwhile removes at its start what it had prepared; the ADD is refused, and may come again',
  async (t) => {
    const { node, makePod, del } = scene();
    const pod = await makePod();
    const run = runFor(scene(), pod);
    t.is((await run.admit()).status, 200);
    await node.stopAgent('SIGKILL');
    t.is((await onNode(scene())).links.length, 1);
    await node.startAgent();
    await isReady(node);
    await isClear();
    t.deepEqual(await onNode(scene()), nothing);
    const { error } = await run.add('10.244.0.206');
    t.is(error?.code, 11);
    t.regex(error?.msg ?? '', /is gone/);
    const again = runFor(scene(), pod);
    t.is((await again.admit()).status, 200);
    t.is((await again.add('10.244.0.206')).status, 200);
    t.true(await reaches(pod, '10.244.0.1'));
    await del(pod);
  },
);

test.serial('the flows of a prepared pod come back with the switch', async (t) => {
  const { node, makePod, del } = scene();
  const pod = await makePod();
  const run = runFor(scene(), pod);
  await run.admit();
  const before = [...(await ourFlows(scene()))].sort();
  t.is(before.length, 4);
  await node.ovs.killSwitchd();
  await node.ovs.startSwitchd();
  await eventually('they are back', async () =>
    (await ourFlows(scene())).length === before.length ? true : undefined,
  );
  t.deepEqual([...(await ourFlows(scene()))].sort(), before);
  t.is((await run.add('10.244.0.207')).status, 200);
  t.true(await reaches(pod, '10.244.0.1'));
  await del(pod);
});
