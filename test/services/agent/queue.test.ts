import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { deletions, isDrained, queued } from '../../support/queue.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  eventuallyReaches,
  holdUp,
  makeScene,
  refusalOf,
  threeViews,
} from '../../support/scene.ts';

const nothing = { log: [], switch: [], kernel: [] };

test.serial('DELs with the agent down succeed, and are done before it answers anybody', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, makePod, add, del } = scene;
  const [alive, ended, kept] = await makePods(3);
  if (alive === undefined || ended === undefined || kept === undefined) throw new Error('there are no pods');
  const [address = ''] = await add(alive);
  await add(ended);
  await add(kept);
  await node.stopAgent('SIGKILL');
  await ended.remove();
  for (const pod of [alive, ended, alive]) await del(pod);
  t.is((await queued(scene)).length, 2);
  t.is((await stat(node.queue)).mode & 0o777, 0o700);

  const successor = await makePod();
  const adding = node.cni('ADD', callFor(successor, { args: `IP=${address}` }));
  await node.startAgent();
  t.deepEqual(await queued(scene), []);
  t.deepEqual(addressesIn(await adding), [address], 'its address was not free when the agent answered');
  t.deepEqual(
    (await deletions(scene)).sort(),
    [
      [alive.name, 'deleted'],
      [ended.name, 'deleted'],
    ].sort(),
  );
  await eventuallyReaches(kept, '10.244.0.1');
  await assertSound(t, scene);
  await del(alive);
  t.is((await deletions(scene)).length, 2, 'the DEL that comes again says nothing new');
});

test.serial(
  'an agent killed while it drains does the rest in its next life, and nothing twice',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePods, add, del } = scene;
    const pods = await makePods(4);
    for (const pod of pods) await add(pod);
    await node.stopAgent('SIGKILL');
    await Promise.all(pods.map((pod) => del(pod)));

    const goOn = holdUp(t, await node.ovs.databasePid());
    const starting = node.startAgent().catch(() => undefined);
    await eventually('a link is gone', async () => ((await scene.links()).length < 4 ? true : undefined));
    await node.stopAgent('SIGKILL');
    await starting;
    t.is((await queued(scene)).length, 4, 'a DEL was removed before it was done');
    goOn();
    await node.startAgent();

    t.deepEqual(await queued(scene), []);
    t.deepEqual((await deletions(scene)).sort(), pods.map(({ name }) => [name, 'deleted']).sort());
    t.deepEqual(await threeViews(scene), nothing);
  },
);

test.serial('a DEL that was done and not removed is the same DEL once', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const pod = await makePod();
  await add(pod);
  await node.stopAgent('SIGKILL');
  await del(pod);
  const [name = ''] = await queued(scene);
  const text = await readFile(join(node.queue, name), 'utf8');
  await node.startAgent();
  await node.stopAgent('SIGKILL');
  await writeFile(join(node.queue, name), text);
  await node.startAgent();
  t.deepEqual(await queued(scene), []);
  t.deepEqual(await deletions(scene), [[pod.name, 'deleted']]);
});

test.serial('fifty plugins that queue while the agent starts lose nothing', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, pods } = scene;
  const all = await makePods(50);
  for (const pod of all) await add(pod);
  await node.stopAgent('SIGKILL');
  const deleting = all.map((pod, index) =>
    new Promise((later) => setTimeout(later, index * 40)).then(() => node.cni('DEL', callFor(pod))),
  );
  await eventually('one has queued', async () => ((await queued(scene)).length > 0 ? true : undefined));
  await node.startAgent();
  for (const { code, out } of await Promise.all(deleting)) t.is(code, 0, out);
  await isDrained(scene);
  await eventually('every address is free', async () => ((await pods()).length === 0 ? true : undefined));
  t.deepEqual((await deletions(scene)).sort(), all.map(({ name }) => [name, 'deleted']).sort());
  t.deepEqual(await threeViews(scene), nothing);
});

test.serial('a second agent is refused and drains nothing', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const pod = await makePod();
  await add(pod);
  const goOn = holdUp(t, node.agentPid());
  await del(pod);
  const second = await node.runAgent('--socket', join(node.dir, 'second.sock'));
  t.is(second.code, 1, second.err);
  t.is((await queued(scene)).length, 1);
  goOn();
  await isDrained(scene);
  t.deepEqual(await deletions(scene), [[pod.name, 'deleted']]);
});

test.serial('without a queue a DEL says what to do, and the agent serves on', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const pod = await makePod();
  await add(pod);
  await node.stopAgent();
  const refused = await node.cni('DEL', callFor(pod, { config: { queue: `${node.dir}/nowhere` } }));
  t.is(refused.code, 1);
  t.like(refusalOf(refused), { code: 11 });
  t.regex(refusalOf(refused).msg, /nowhere" is not there/);
  await node.startAgent();
  await del(pod);
  t.deepEqual(await threeViews(scene), nothing);
});
