import test from 'ava';
import { type Ended, eventually } from '../../support/node.ts';
import { join, makeBareScene, makeScene, refusalOf, type Scene } from '../../support/scene.ts';

const status = ({ node }: Scene): Promise<Ended> => node.cni('STATUS', { cniVersion: '1.1.0' });

const isGood = (scene: Scene): Promise<true> =>
  eventually('STATUS is good', async () => ((await status(scene)).code === 0 ? true : undefined));

test('STATUS says that there is no agent, then no subnet, then nothing', async (t) => {
  const scene = await makeBareScene(t);
  const absent = await status(scene);
  t.is(absent.code, 1);
  t.is(refusalOf(absent).code, 50);

  await scene.node.startAgent();
  const early = await status(scene);
  t.is(early.code, 1);
  t.like(refusalOf(early), { code: 50, msg: 'this node has no subnet yet' });

  await join(scene);
  t.deepEqual(await status(scene), { code: 0, out: '', err: '' });
});

test('STATUS says that the switch is away, and is good again soon after it is back', async (t) => {
  const scene = await makeScene(t);
  const { ovs } = scene.node;
  await ovs.killDatabase();
  const away = await eventually('STATUS says so', async () => {
    const ended = await status(scene);
    return ended.code === 1 ? refusalOf(ended) : undefined;
  });
  t.is(away.code, 50);
  t.regex(away.msg, /Open vSwitch/);
  await ovs.startDatabase();
  await isGood(scene);
  t.true(await status(scene).then(({ code }) => code === 0));
});
