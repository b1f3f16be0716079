import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import test from 'ava';
import { fingerprintOf } from '../../../adapters/system/fingerprint.ts';
import { makeNetns } from '../../support/netns.ts';
import { makeNode } from '../../support/node.ts';
import { usual } from '../../support/scene.ts';

const root = resolve(import.meta.dirname, '../../..');

for (const file of ['main.js', 'worker.js']) {
  test(`the built agent's ${file} reads no other file of JavaScript but the foreign functions'`, async (t) => {
    const text = await readFile(join(root, 'dist/services/agent', file), 'utf8');
    const imported = [...text.matchAll(/^import (?:[^'"]* from )?["']([^"']+)["']/gm)].map(
      ([, name]) => name,
    );
    const others = imported.filter(
      (name = '') => !name.startsWith('node:') && !builtinModules.includes(name),
    );
    t.deepEqual([...new Set(others)], ['koffi']);
  });
}

test.serial('the built agent does its work, and keeps states for all programs of its build', async (t) => {
  const node = await makeNode('built', true);
  t.teardown(node.remove);
  const pod = await makeNetns('pod');
  t.teardown(pod.remove);
  await node.startAgent();
  const { podCidr, nodeBits, hostCidr } = usual;
  const cluster = ['--pod-cidr', String(podCidr), '--node-bits', String(nodeBits), '--host-cidr', hostCidr];
  t.is((await node.evioctl('configure', ...cluster)).code, 0);
  t.is((await node.configGen()).code, 0);
  const call = { containerId: pod.name, netns: pod.path };
  for (const verb of ['ADD', 'DEL']) {
    const { code, out } = await node.cni(verb, call);
    t.is(code, 0, out);
  }
  t.is(await node.stopAgent(), 0);
  const kept = await readFile(join(node.dir, 'state', 'ledger.db-host.snapshot'), 'utf8');
  t.true(kept.includes(fingerprintOf(join(root, 'package.json'), join(root, 'dist/domain'))));
});
