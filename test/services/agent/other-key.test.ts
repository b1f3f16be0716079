import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { assertSound, join as joinCluster, makeScene } from '../../support/scene.ts';

test('a key that was lost and made anew is told of, until the old one is back or the node has joined anew', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const [key, aside] = [join(node.dir, 'state', 'node.key'), join(node.dir, 'aside')];
  const told = async () =>
    /^key {11}the key beside this log is not the one that node-1 joined with: .*node\.key .* back/m.test(
      (await node.evioctl('status')).out,
    );
  const again = async (change: () => Promise<void>): Promise<void> => {
    await node.stopAgent();
    await change();
    await node.startAgent();
  };
  t.false(await told());
  await again(() => rename(key, aside));
  t.true(await told());
  t.regex(await node.agentLog(), /"message":"the key beside this log is not the one that node-1 joined with/);
  const pod = await makePod();
  await add(pod);
  await again(() => rename(aside, key));
  t.false(await told());

  await again(() => rm(key));
  t.true(await told());
  await del(pod);
  t.is((await node.evioctl('leave')).code, 0);
  await joinCluster(scene);
  t.false(await told());
  await add(pod);
  await assertSound(t, scene);
});
