import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { assertSound, isReady, makeScene } from '../../support/scene.ts';

test('an agent whose write-ahead file was taken from it says so and does not begin with an older history', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, pods } = scene;
  const pod = await makePod();
  await add(pod);
  const before = await pods();
  await node.stopAgent('SIGKILL');
  const log = join(node.dir, 'state', 'ledger.db');
  await rename(`${log}-wal`, `${log}-aside`);
  const ended = await node.runAgent();
  t.is(ended.code, 1);
  const said = JSON.parse(ended.err.trim().split('\n').at(-1) ?? '');
  t.is(said.message, `the log ${log} cannot be used: ${log}-wal is gone, and the newest events were in it`);
  t.regex(said.remedy, /put it back/);

  await rename(`${log}-aside`, `${log}-wal`);
  await node.startAgent();
  await isReady(node);
  t.deepEqual(await pods(), before);
  await assertSound(t, scene);
});
