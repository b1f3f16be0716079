import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { assertSound, makeScene } from '../../support/scene.ts';

type Line = { readonly message: string; readonly snapshot?: string; readonly reason?: string };

test('an agent starts from what the one before it kept, and from the log when that is spoilt', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, del, pods } = scene;
  const kept = join(node.dir, 'state', 'ledger.db-host.snapshot');
  const unused = async (): Promise<ReadonlyArray<string>> =>
    (await node.agentLog())
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Line => JSON.parse(line))
      .filter(({ message }) => message.startsWith('no snapshot'))
      .map(({ snapshot, reason }) => `${snapshot}: ${reason}`);

  const [first, second, third] = await makePods(3);
  if (first === undefined || second === undefined || third === undefined) return t.fail();
  await add(first);
  await add(second);
  const before = await pods();
  t.is(await node.stopAgent(), 0);
  t.regex(await readFile(kept, 'utf8'), new RegExp(second.name));
  await node.startAgent();
  t.deepEqual(await pods(), before);
  t.deepEqual(await unused(), []);

  await del(first);
  await add(third);
  const later = await pods();
  await node.stopAgent('SIGKILL');
  await node.startAgent();
  t.deepEqual(await pods(), later, 'the snapshot is older than the log');
  t.deepEqual(await unused(), []);

  t.is(await node.stopAgent(), 0);
  await writeFile(kept, (await readFile(kept, 'utf8')).replace(second.name, third.name));
  await node.startAgent();
  t.deepEqual(await pods(), later);
  t.deepEqual(await unused(), [`${kept}: it is not what was written`]);
  await assertSound(t, scene);
});
