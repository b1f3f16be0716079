import { readdir } from 'node:fs/promises';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { isReady, reaches, refusalOf, sharedScene } from '../../support/scene.ts';
import { refuses, says, scriptDelegate } from '../../support/script-delegate.ts';
import { debian, heldHere, heldThere, hostLocal } from './delegated-scene.ts';

const scene = sharedScene(test);

test.serial('a DEL that the delegate fails is repeated, and finishes', async (t) => {
  const { makePod, cni, add } = scene();
  const delegate = await scriptDelegate(t, {
    ADD: says({ ips: [{ address: '10.244.0.130/24' }] }),
    DEL: `[ "$(grep -c DEL "$(dirname "$0")/verbs")" -gt 1 ] || {\n${refuses(11, 'not yet')}\n}`,
  });
  const asked = { path: delegate.folder, config: { ipam: { type: delegate.name } } };
  const pod = await makePod();
  await add(pod, asked);
  t.like(refusalOf(await cni('DEL', pod, asked)), { code: 11, msg: 'not yet' });
  t.deepEqual(await heldHere(scene(), pod), []);
  t.is((await cni('DEL', pod, asked)).code, 0);
  t.deepEqual(await delegate.verbs(), ['ADD', 'DEL', 'DEL']);
});

test.serial(
  'a plugin that is killed while the delegate runs leaves what the DEL behind it removes',
  async (t) => {
    const { node, makePod, cni } = scene();
    const asked = hostLocal(node, '10.244.0.140');
    const slow = await scriptDelegate(
      t,
      { ADD: `sleep 0.3; "${debian}/host-local" < "$(dirname "$0")/stdin.ADD"` },
      'host-local',
    );
    const pod = await makePod();
    const running = node.startCni('ADD', {
      ...asked,
      containerId: pod.name,
      netns: pod.path,
      path: slow.folder,
    });
    await eventually('the delegate runs', async () => (await slow.verbs()).includes('ADD') || undefined);
    running.signal('SIGKILL');
    // Resolves when the delegate, too, has let go of stderr.
    await running.ended;
    t.deepEqual([await heldThere(node, pod), await heldHere(scene(), pod)], [['10.244.0.140'], []]);
    t.is((await cni('DEL', pod, asked)).code, 0);
    t.deepEqual(await heldThere(node, pod), []);
  },
);

test.serial(
  'an agent that dies while the delegate runs is asked again when it is back, the delegate is not',
  async (t) => {
    const { node, makePod, del } = scene();
    const delegate = await scriptDelegate(t, {
      ADD: `sleep 0.5\n${says({ ips: [{ address: '10.244.0.150/24' }] })}`,
    });
    const asked = { path: delegate.folder, config: { ipam: { type: delegate.name } } };
    const pod = await makePod();
    const running = node.startCni('ADD', { ...asked, containerId: pod.name, netns: pod.path });
    await eventually('the delegate runs', async () => (await delegate.verbs()).includes('ADD') || undefined);
    await node.stopAgent('SIGKILL');
    await node.startAgent();
    await isReady(node);
    const ran = await running.ended;
    t.is(ran.exitCode, 0, ran.stdout);
    t.deepEqual([await delegate.verbs(), await heldHere(scene(), pod)], [['ADD'], ['10.244.0.150']]);
    t.true(await reaches(pod, '10.244.0.1'));
    await del(pod, asked);
  },
);

test.serial('with the agent down DEL is queued here and done there; the agent follows it', async (t) => {
  const { node, makePod, add, del } = scene();
  const asked = hostLocal(node, '10.244.0.160');
  const pod = await makePod();
  t.deepEqual(await add(pod, asked), ['10.244.0.160']);
  await node.stopAgent('SIGKILL');
  await del(pod, asked);
  t.deepEqual([await heldThere(node, pod), (await readdir(node.queue)).length], [[], 1]);
  await node.startAgent();
  t.deepEqual(await heldHere(scene(), pod), []);
  await isReady(node);
});
