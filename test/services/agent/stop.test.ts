import test from 'ava';
import { eventually } from '../../support/node.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  eventuallyReaches,
  makeScene,
  type Scene,
} from '../../support/scene.ts';

/** Until so many of the ADDs are in the log: the others are still on their way. */
const begun = ({ pods }: Scene, count: number): Promise<true> =>
  eventually(`${count} ADDs have begun`, async () => ((await pods()).length >= count ? true : undefined));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test.serial(
    `an agent that is stopped by ${signal} while ADDs are under way answers or leaves them to its successor`,
    async (t) => {
      const scene = await makeScene(t);
      const { node, makePods, pods, log } = scene;
      const all = await makePods(12);
      const adding = all.map((pod) => node.cni('ADD', callFor(pod)));
      await begun(scene, 2);
      t.is(await node.stopAgent(signal), 0);
      await node.startAgent();

      const added = await Promise.all(adding);
      t.deepEqual(
        added.filter(({ code }) => code !== 0),
        [],
      );
      t.deepEqual(
        (await pods()).flatMap(({ addresses }) => addresses).sort(),
        added.flatMap(addressesIn).sort(),
      );
      t.deepEqual(
        (await log()).filter(({ type }) => type === 'PodDeleted'),
        [],
        'what was under way was finished, not undone',
      );
      for (const pod of all) await eventuallyReaches(pod, '10.244.0.1');
      await assertSound(t, scene);
    },
  );
}

test.serial('an agent that has stopped leaves its pods working and its socket gone', async (t) => {
  const { node, makePod, add } = await makeScene(t);
  const pod = await makePod();
  await add(pod);
  t.is(await node.stopAgent('SIGTERM'), 0);
  await eventuallyReaches(pod, '10.244.0.1');
  const asked = await node.evioctl('status');
  t.is(asked.code, 3);
  t.regex(asked.err, /there is no socket/);
});
