import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import test from 'ava';
import { fingerprintOf } from '../../../adapters/system/fingerprint.ts';
import { makeNetns } from '../../support/netns.ts';
import { makeNode } from '../../support/node.ts';
import { usual } from '../../support/scene.ts';

const root = resolve(import.meta.dirname, '../../..');

const folder = join(root, 'dist/services/agent');

const textOf = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

/** What the file needs before it begins. */
const importsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^(?:import|\}) (?:[^'"]*from )?["']([^"']+)["'];$/gm)].map(([, name = '']) => name);

/** The names of the file and of all that is read with it; and whatever else they need, but what Node brings. */
const readWith = async (file: string, files = new Set<string>(), others = new Set<string>()) => {
  files.add(file);
  for (const name of importsOf(await textOf(file)))
    if (name.startsWith('./') && !files.has(name.slice(2))) await readWith(name.slice(2), files, others);
    else if (!name.startsWith('./') && !name.startsWith('node:') && !builtinModules.includes(name))
      others.add(name);
  return { files: [...files], others: [...others] };
};

test('the built agent begins with one file of its own, and what it shares with the part for a ledger', async (t) => {
  const { files, others } = await readWith('main.js');
  t.is(files.length, 2, files.join());
  t.deepEqual(others, ['koffi']);
});

test('the built agent reads gRPC when it goes to a ledger, and not before', async (t) => {
  const whose = '// node_modules/@grpc/grpc-js/';
  for (const file of (await readWith('main.js')).files) t.false((await textOf(file)).includes(whose), file);
  const [, part = ''] = /await import\("\.\/([^"]+)"\)/.exec(await textOf('main.js')) ?? [];
  t.true((await textOf(part)).includes(whose), part);
});

test("the built agent's kernel thread reads no other file of JavaScript but the foreign functions'", async (t) => {
  t.deepEqual(await readWith('worker.js'), { files: ['worker.js'], others: ['koffi'] });
});

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
