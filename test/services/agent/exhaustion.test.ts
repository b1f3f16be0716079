import test from 'ava';
import { eventually } from '../../support/node.ts';
import {
  addressesIn,
  assertSound,
  type Cluster,
  callFor,
  makeScene,
  reaches,
  refusalOf,
} from '../../support/scene.ts';

const roomFor = (pods: 1 | 5): Cluster => ({
  podCidr: '10.244.0.0/24',
  nodeBits: pods === 1 ? 6 : 5,
  hostCidr: '10.10.0.0/16',
});

for (const [count, subnet] of [
  [1, '10.244.0.0/30'],
  [5, '10.244.0.0/29'],
] as const) {
  test.serial(
    `a node with room for ${count} refuses the next in words, changes nothing, and takes one after a DEL`,
    async (t) => {
      const scene = await makeScene(t, roomFor(count));
      const { node, makePods, makePod, add, cni, del, log } = scene;
      const pods = await makePods(count);
      for (const pod of pods) await add(pod);
      const before = (await log()).length;

      const late = await makePod();
      const refused = await cni('ADD', late);
      t.is(refused.code, 1);
      t.deepEqual(JSON.parse(refused.out), {
        cniVersion: '1.0.0',
        code: 11,
        msg: `no address is free in ${subnet}: all ${count} are held`,
        details: 'delete pods on this node or schedule on another one; evioctl pods shows who holds them',
      });
      const status = await node.cni('STATUS', { cniVersion: '1.1.0' });
      t.like(refusalOf(status), { code: 50, msg: `no address is free in ${subnet}: all ${count} are held` });
      t.is((await log()).length, before);
      t.false((await late.exec('ip', 'link')).includes('eth0'));
      await assertSound(t, scene);
      t.like((await node.status()).pools[0], { held: count, capacity: String(count) });

      const [first] = pods;
      if (first === undefined) throw new Error('there are no pods');
      await del(first);
      await add(late);
      t.true(await reaches(late, '10.244.0.1'));
      await assertSound(t, scene);
    },
  );
}

test.serial(
  'of more concurrent ADDs than there are addresses exactly as many succeed as there are',
  async (t) => {
    const scene = await makeScene(t, roomFor(5));
    const { node, makePods } = scene;
    const added = await Promise.all((await makePods(9)).map((pod) => node.cni('ADD', callFor(pod))));
    const succeeded = added.filter(({ code }) => code === 0);
    t.deepEqual(
      succeeded.flatMap(addressesIn).sort(),
      [2, 3, 4, 5, 6].map((n) => `10.244.0.${n}`),
    );
    t.deepEqual(
      added.filter(({ code }) => code !== 0).map((ended) => refusalOf(ended).code),
      [11, 11, 11, 11],
    );
    await assertSound(t, scene);
  },
);

test.serial(
  'an address that is given again at once works at once, where neighbours knew another MAC, and is said',
  async (t) => {
    const { node, makePods, add, del } = await makeScene(t, roomFor(1));
    const [first, next] = await makePods(2);
    if (first === undefined || next === undefined) throw new Error('there are no pods');
    const [address = ''] = await add(first);
    t.true(await reaches(node.netns, address));
    await del(first);
    const stale = ['lladdr', '02:00:00:00:00:99', 'nud', 'reachable'];
    await node.netns.exec('ip', 'neigh', 'replace', address, ...stale, 'dev', 'evio0');
    t.deepEqual(await add(next), [address]);
    t.true(await reaches(node.netns, address));
    t.regex(await node.netns.exec('ip', 'neigh', 'show', address), /0a:58:0a:f4:00:02/);
    await eventually('the log says so', async () =>
      (await node.agentLog()).includes('given again within its cool-down') ? true : undefined,
    );
  },
);
