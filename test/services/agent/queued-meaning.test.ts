import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { deletions, identify, isDrained, queueByHand, queued } from '../../support/queue.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  eventuallyReaches,
  holdUp,
  makeScene,
  threeViews,
} from '../../support/scene.ts';

const nothing = { log: [], switch: [], kernel: [] };

test.serial('the same container in a new namespace is not taken for the one that was meant', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, pods } = scene;
  const [first, second] = await makePods(2);
  if (first === undefined || second === undefined) throw new Error('there are no pods');
  const containerId = 'restarted';
  const predecessor = { containerId, path: first.path, seen: await identify(first) };
  const [address] = await add(second, { containerId });

  await queueByHand(scene, predecessor);
  await isDrained(scene);
  await queueByHand(scene, { containerId, path: first.path });
  await isDrained(scene);
  await node.stopAgent('SIGKILL');
  await queueByHand(scene, predecessor);
  await node.startAgent();
  await isDrained(scene);
  t.deepEqual(await deletions(scene), []);
  t.deepEqual(
    (await pods()).map(({ addresses }) => addresses),
    [[address]],
  );
  await eventuallyReaches(second, '10.244.0.1');

  await queueByHand(scene, { containerId, path: second.path, seen: await identify(second) });
  await isDrained(scene);
  t.deepEqual(await deletions(scene), [[containerId, 'deleted']]);
});

test.serial(
  'a DEL whose pod has ended is done, whatever the path led to when it was asked for',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePods, add } = scene;
    const [gone, reused, untold] = await makePods(3);
    if (gone === undefined || reused === undefined || untold === undefined)
      throw new Error('there are no pods');
    for (const pod of [gone, reused, untold]) await add(pod);
    await gone.remove();
    await reused.remove();
    await node.stopAgent('SIGKILL');
    await queueByHand(scene, { containerId: gone.name, path: gone.path });
    await queueByHand(scene, { containerId: reused.name, path: reused.path, seen: await identify(untold) });
    await queueByHand(scene, { containerId: untold.name });
    await node.startAgent();
    t.deepEqual((await deletions(scene)).length, 3);
    t.deepEqual(await threeViews(scene), nothing);
  },
);

test.serial('an ADD follows what waits for its attachment, even when nobody has told of it', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, del } = scene;
  const [first, second] = await makePods(2);
  if (first === undefined || second === undefined) throw new Error('there are no pods');
  const containerId = 'restarted';
  const [address] = await add(first, { containerId });
  const goOn = holdUp(t, node.agentPid());
  await del(first, { containerId });
  const adding = node.cni('ADD', callFor(second, { containerId }));
  goOn();
  const added = await adding;
  t.is(added.code, 0, added.out);
  t.notDeepEqual(addressesIn(added), [address]);
  await isDrained(scene);
  t.deepEqual(await deletions(scene), [[containerId, 'deleted']]);
  await eventuallyReaches(second, '10.244.0.1');
  await assertSound(t, scene);
});

test.serial('what cannot be read is named and left, and the node serves', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, del } = scene;
  const [pod, other] = await makePods(2);
  if (pod === undefined || other === undefined) throw new Error('there are no pods');
  await add(pod);
  await node.stopAgent('SIGKILL');
  const unreadable = [`evio%${pod.name}%eth0`, 'evio%newer%eth0', 'notes'];
  await writeFile(join(node.queue, unreadable[0] ?? ''), '{"version"');
  await writeFile(join(node.queue, unreadable[1] ?? ''), '{"version":2}');
  await writeFile(join(node.queue, unreadable[2] ?? ''), 'what is this?');
  await node.startAgent();
  t.deepEqual([...(await queued(scene))].sort(), [...unreadable].sort());
  const told = await node.agentLog();
  for (const file of unreadable) t.true(told.includes(join(node.queue, file)), file);
  t.regex(told, /version 2.*upgrade evio-agent/);
  t.is((await node.status()).queued, 3);
  t.regex((await node.evioctl('status')).out, /^queued DELs +3: see the agent's log/m);
  await add(other);
  await del(pod);
  t.deepEqual(await deletions(scene), [[pod.name, 'deleted']]);
});

test.serial('a DEL of another boot of the machine ended with it', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const pod = await makePod();
  await add(pod);
  await node.stopAgent('SIGKILL');
  await del(pod);
  await node.setBootId(randomUUID());
  await node.startAgent();
  t.deepEqual(await queued(scene), []);
  t.deepEqual(await deletions(scene), [[pod.name, 'rebooted']]);
});
