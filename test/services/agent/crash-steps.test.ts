import test, { type ExecutionContext } from 'ava';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { isDrained } from '../../support/queue.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  eventuallyReaches,
  holdUp,
  makeScene,
  type Scene,
  threeViews,
} from '../../support/scene.ts';
import { drifted, inVlan, isGone } from './vlan-scene.ts';

const nothing = { log: [], switch: [], kernel: [] };

const isReserved = ({ pods }: Scene, { name }: Netns): Promise<true> =>
  eventually('the address is reserved', async () =>
    (await pods()).some(({ containerId, status }) => containerId === name && status === 'reserved')
      ? true
      : undefined,
  );

const hasLinks = ({ links }: Scene, count: number): Promise<true> =>
  eventually(`there are ${count} links`, async () => ((await links()).length === count ? true : undefined));

const hasPorts = ({ ports }: Scene, count: number): Promise<true> =>
  eventually(`there are ${count} ports`, async () => ((await ports()).length === count ? true : undefined));

const isEmpty = (scene: Scene): Promise<true> =>
  eventually('nothing is left', async () =>
    JSON.stringify(await threeViews(scene)) === JSON.stringify(nothing) ? true : undefined,
  );

const deletions = async ({ log }: Scene) =>
  (await log()).filter(({ type }) => type === 'PodDeleted').map(({ payload }) => payload['reason']);

/** Which daemon is held up, and what then stands when the agent is killed. */
const moments = {
  'while the switch does not attach its port': {
    pid: ({ node }: Scene) => node.ovs.switchdPid(),
    reached: (scene: Scene, _links: number) => hasPorts(scene, 1),
  },
  'before its port is in the database': {
    pid: ({ node }: Scene) => node.ovs.databasePid(),
    reached: hasLinks,
  },
} as const;

/**
 * What a pod asks for, how many links stand when the database is waited for, and how its node is looked at while it runs: a VLAN's gateway
 * comes before them, and is a port of no pod.
 */
const kinds = {
  'an ADD': { call: {}, links: 1, looksSound: assertSound },
  'an ADD into a VLAN': {
    call: inVlan(7),
    links: 0,
    looksSound: async (t: ExecutionContext, scene: Scene) => {
      t.is(await drifted(scene), 0);
    },
  },
} as const;

const cases = Object.entries(kinds).flatMap(([kind, asked]) =>
  Object.entries(moments).map(([moment, stopped]) => ({ kind, moment, ...asked, ...stopped })),
);

for (const { kind, moment, call, links, looksSound, pid, reached } of cases) {
  test.serial(
    `${kind}: an agent killed ${moment} undoes it at its start, and the runtime gets its answer`,
    async (t) => {
      const scene = await makeScene(t);
      const { node, makePod, del } = scene;
      const pod = await makePod();
      const goOn = holdUp(t, await pid(scene));
      const adding = node.cni('ADD', callFor(pod, call));
      await isReserved(scene, pod);
      await reached(scene, links);
      await node.stopAgent('SIGKILL');
      goOn();
      await node.startAgent();

      const added = await adding;
      t.is(added.code, 0, added.out);
      t.deepEqual(await deletions(scene), ['interrupted']);
      t.deepEqual(
        (await scene.pods()).map(({ addresses }) => addresses),
        [addressesIn(added)],
      );
      await eventuallyReaches(pod, '10.244.0.1');
      await looksSound(t, scene);
      await del(pod);
      await isGone(scene);
      t.deepEqual(await threeViews(scene), nothing);
    },
  );

  test.serial(
    `${kind}: an agent killed ${moment} leaves nothing when the plugin is killed too`,
    async (t) => {
      const scene = await makeScene(t);
      const { node, makePod, del } = scene;
      const pod = await makePod();
      const goOn = holdUp(t, await pid(scene));
      const adding = node.startCni('ADD', callFor(pod, call));
      await isReserved(scene, pod);
      await reached(scene, links);
      await node.stopAgent('SIGKILL');
      adding.signal('SIGKILL');
      await adding.ended;
      goOn();
      await node.startAgent();

      await isEmpty(scene);
      await isGone(scene);
      t.deepEqual(await deletions(scene), ['interrupted']);
      await assertSound(t, scene);
      await del(pod);
      t.deepEqual(await deletions(scene), ['interrupted'], 'the late DEL says nothing new');
    },
  );
}

test.serial('a DEL that an agent was killed over is completed when the plugin asks again', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add } = scene;
  const [pod, other] = await makePods(2);
  if (pod === undefined || other === undefined) throw new Error('there are no pods');
  await add(pod);
  await add(other);
  const goOn = holdUp(t, await node.ovs.databasePid());
  const deleting = node.cni('DEL', callFor(pod));
  await hasLinks(scene, 1);
  await node.stopAgent('SIGKILL');
  goOn();
  await node.startAgent();

  t.is((await deleting).code, 0);
  await isDrained(scene);
  t.deepEqual(await deletions(scene), ['deleted']);
  await assertSound(t, scene);
  t.is((await scene.pods()).length, 1);
  await eventuallyReaches(other, '10.244.0.1');
});

test.serial('an address stays held until the DEL that was cut short is repeated', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, del, pods } = scene;
  const [pod, other] = await makePods(2);
  if (pod === undefined || other === undefined) throw new Error('there are no pods');
  const [address = ''] = await add(pod);
  const goOn = holdUp(t, await node.ovs.databasePid());
  const deleting = node.startCni('DEL', callFor(pod));
  await hasLinks(scene, 0);
  await node.stopAgent('SIGKILL');
  deleting.signal('SIGKILL');
  await deleting.ended;
  goOn();
  await node.startAgent();

  t.deepEqual(
    (await pods()).map(({ addresses }) => addresses),
    [[address]],
  );
  const refused = await node.cni('ADD', callFor(other, { args: `IP=${address}` }));
  t.is(refused.code, 1, 'the address was given away before its DEL was done');
  await del(pod);
  await isEmpty(scene);
  t.deepEqual(await deletions(scene), ['deleted']);
  t.deepEqual(await scene.add(other, { args: `IP=${address}` }), [address]);
});
