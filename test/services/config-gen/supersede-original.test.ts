import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { pluginBinary } from '../../support/node.ts';
import { originalConf } from '../../support/original.ts';
import { makeBareScene, usual } from '../../support/scene.ts';

const read = (path: string): Promise<string> => readFile(path, 'utf8');

test('the original plugin’s configuration and program are set aside, and ours answers for both', async (t) => {
  const scene = await makeBareScene(t);
  const { node } = scene;
  const [netD, bin] = [join(node.dir, 'net.d'), join(node.dir, 'bin')];
  await Promise.all([mkdir(netD), mkdir(bin)]);
  await writeFile(join(node.dir, 'net-conf.json'), JSON.stringify(usual));
  await writeFile(join(netD, '10-evio.conf'), JSON.stringify(originalConf));
  await writeFile(join(bin, 'evioPlugin'), 'the original');
  await node.startAgent();
  const generated = await node.configGen('--plugin', pluginBinary);
  t.is(generated.code, 0, generated.err);
  t.true(
    generated.err.includes(
      `10-evio.conf of the original plugin is superseded; it is kept as ${netD}/10-evio.conf.superseded\n`,
    ),
  );
  t.deepEqual(await readdir(netD), ['10-evio.conf.superseded', '10-evio.conflist']);
  t.is(await read(join(netD, '10-evio.conf.superseded')), JSON.stringify(originalConf));
  t.is(await read(join(bin, 'evioPlugin.superseded')), 'the original');
  t.deepEqual(await readFile(join(bin, 'evioPlugin')), await readFile(pluginBinary));

  // A runtime that remembers the original's configuration, and calls by its type.
  const pod = await scene.makePod();
  const call = { cniVersion: '0.3.1', config: originalConf };
  t.deepEqual(await scene.add(pod, call), ['10.244.0.2']);
  t.is((await scene.pods())[0]?.network, 'k8s-pod-network');
  await scene.del(pod, call);

  // It comes back by somebody's hand: it is set aside again, and the first one stays.
  await writeFile(join(netD, '10-evio.conf'), '{"type": "evioPlugin"}');
  t.is((await node.configGen('--plugin', pluginBinary)).code, 0);
  t.deepEqual(await readdir(netD), [
    '10-evio.conf.superseded',
    '10-evio.conf.superseded-2',
    '10-evio.conflist',
  ]);
  t.is(await read(join(bin, 'evioPlugin.superseded')), 'the original');

  await writeFile(join(netD, '10-evio.conf'), '{"type": "bridge"}');
  const others = await node.configGen();
  t.true(
    others.err.includes(`warning (other-conf): ${netD}/10-evio.conf comes before 10-evio.conflist`),
    others.err,
  );
  t.is(await read(join(netD, '10-evio.conf')), '{"type": "bridge"}');
});
