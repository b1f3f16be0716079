import { randomUUID } from 'node:crypto';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, eventuallyReaches, isReady, makeScene, threeViews } from '../../support/scene.ts';

test.serial(
  'after a reboot of the machine every attachment is released by an event, and nothing of them is left',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePods, makePod, add, del, log, pods } = scene;
    const lost = await makePods(3);
    for (const pod of lost) await add(pod);
    const from = (await log()).length;
    await node.stopAgent('SIGKILL');
    // What a reboot takes: the namespaces, the links and the daemons; the switch's database stays on disk.
    for (const pod of lost) await pod.remove();
    await node.ovs.restart();
    await node.setBootId(randomUUID());
    await node.startAgent();

    const events = (await log()).slice(from);
    t.deepEqual(
      events.map(({ type, payload }) => [type, payload['containerId'], payload['reason']]),
      [['HostStarted', undefined, undefined], ...lost.map(({ name }) => ['PodDeleted', name, 'rebooted'])],
    );
    t.deepEqual(await pods(), []);
    await isReady(node);
    await eventually('the stale ports are gone', async () => {
      const views = await threeViews(scene);
      return views.switch.length + views.kernel.length === 0 ? true : undefined;
    });
    t.is((await node.status()).pools[0]?.held, 0);

    const pod = await makePod();
    await add(pod);
    await eventuallyReaches(pod, '10.244.0.1');
    await assertSound(t, scene);
    for (const gone of lost) await del(gone);
    await assertSound(t, scene);
  },
);

test.serial('a restart of the agent within one boot releases nothing', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, pods } = scene;
  const pod = await makePod();
  await add(pod);
  const before = await pods();
  await node.stopAgent();
  await node.startAgent();
  t.deepEqual(await pods(), before);
  await eventuallyReaches(pod, '10.244.0.1');
  await assertSound(t, scene);
});
