import test from 'ava';
import { eventually } from '../../support/node.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  eventuallyReaches,
  makeScene,
  refusalOf,
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

test.serial(
  'an agent that is stopped while the switch is away ends all the same, and undoes what waits for it',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePod, add, pods, log } = scene;
    await node.ovs.killSwitchd();
    const pod = await makePod();
    const adding = node.cni('ADD', callFor(pod));
    await begun(scene, 1);
    t.is(await node.stopAgent('SIGTERM'), 0);
    const last = (await node.agentLog()).trimEnd().split('\n').at(-1) ?? '';
    t.is(JSON.parse(last).message, 'stopped', 'nothing is left to do behind it');

    await node.ovs.startSwitchd();
    await node.startAgent();
    const ended = await adding;
    // The plugin asks the next agent, if that comes within its patience.
    if (ended.code !== 0) t.is(refusalOf(ended).code, 11);
    t.is((await pods()).length, ended.code === 0 ? 1 : 0);
    const undone = (await log()).filter(({ type }) => type === 'PodDeleted');
    t.deepEqual(
      undone.map(({ payload }) => (payload as { readonly reason: string }).reason),
      ['wiring-failed'],
    );
    await add(await makePod());
    await assertSound(t, scene);
  },
);
