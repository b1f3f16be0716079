import { randomUUID } from 'node:crypto';
import test from 'ava';
import { assertSound, reaches, refusalOf, sharedScene, threeViews } from '../../support/scene.ts';

const scene = sharedScene(test);

test.serial('ADD on an attached one is refused and leaves it whole', async (t) => {
  const { makePod, add, del, cni, log } = scene();
  const pod = await makePod();
  const [address = ''] = await add(pod);
  const before = { views: await threeViews(scene()), log: (await log()).length };
  const again = await cni('ADD', pod);
  t.is(again.code, 1);
  t.is(refusalOf(again).code, 7);
  t.true(refusalOf(again).msg.includes(address));
  t.deepEqual({ views: await threeViews(scene()), log: (await log()).length }, before);
  t.true(await reaches(pod, '10.244.0.1'));
  await assertSound(t, scene());
  await del(pod);
});

test.serial(
  'a second interface with a default route in one container is undone, and the first stays whole',
  async (t) => {
    const { makePod, add, del, cni, pods } = scene();
    const pod = await makePod();
    await add(pod);
    const refused = await cni('ADD', pod, { ifname: 'net1', config: { name: 'other' } });
    t.is(refused.code, 1);
    t.like(refusalOf(refused), {
      code: 5,
      msg: 'the kernel refused to add the route to the gateway through net1: EEXIST',
    });
    t.is((await pods()).length, 1);
    t.true(await reaches(pod, '10.244.0.1'));
    await assertSound(t, scene());
    await del(pod);
  },
);

test.serial(
  'an interface of that name in the container is refused, left alone, and nothing else is',
  async (t) => {
    const { makePod, cni } = scene();
    const pod = await makePod();
    await pod.exec('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    const refused = await cni('ADD', pod);
    t.is(refused.code, 1);
    t.like(refusalOf(refused), { code: 4 });
    t.regex(refusalOf(refused).msg, /CNI_IFNAME "eth0"/);
    t.regex(await pod.exec('ip', '-d', 'link', 'show', 'eth0'), /bridge/);
    t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
  },
);

test.serial('DEL succeeds repeatedly, and says so once in the log', async (t) => {
  const { makePod, add, del, log } = scene();
  const pod = await makePod();
  await add(pod);
  const from = (await log()).length;
  for (let n = 0; n < 3; n++) await del(pod);
  t.deepEqual(
    (await log()).slice(from).map(({ type }) => type),
    ['PodDeleted'],
  );
});

test.serial('DEL of a container that nobody knows succeeds and writes nothing', async (t) => {
  const { node, log } = scene();
  const from = (await log()).length;
  const unknown = { containerId: randomUUID(), netns: '/run/netns/never-there' };
  t.deepEqual(await node.cni('DEL', unknown), { code: 0, out: '', err: '' });
  t.is((await log()).length, from);
});

test.serial('DEL succeeds without CNI_NETNS', async (t) => {
  const { node, makePod, add } = scene();
  const pod = await makePod();
  await add(pod);
  t.deepEqual(await node.cni('DEL', { containerId: pod.name }), { code: 0, out: '', err: '' });
  t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
});

test.serial('DEL succeeds when the network namespace is gone', async (t) => {
  const { makePod, add, del, pods } = scene();
  const pod = await makePod();
  await add(pod);
  await pod.remove();
  t.is((await pods()).length, 1, 'an attachment is not released for its namespace being gone');
  await del(pod);
  t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
});
