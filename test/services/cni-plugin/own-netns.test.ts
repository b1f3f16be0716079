import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runPlugin } from '../../support/compiled-plugin.ts';
import { pluginBinary, runToEnd } from '../../support/node.ts';
import { recordingAgent } from '../../support/recording-agent.ts';
import { refusalOf, sharedScene } from '../../support/scene.ts';

/*
 * CNI_NETNS leads to the namespace that the plugin runs in, as when a runtime was given the wrong path, or the number of a pod's process
 * is a host process's by now.
 */

const scene = sharedScene(test);

/** Under the name of our main plugin or of evio-ipam, and an agent that says yes to everything. */
const makePlugin = async (t: ExecutionContext, program: 'evio' | 'evio-ipam') => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-own-netns-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, program);
  await copyFile(pluginBinary, path);
  const agent = recordingAgent({ status: 200, body: { result: { ips: [{ address: '10.1.2.2/24' }] } } });
  await agent.listen();
  t.teardown(() => agent.close());
  const ours = { type: 'evio', agentSocket: agent.socket };
  const ipam = { type: 'evio-ipam', agentSocket: agent.socket, subnet: '10.1.2.0/24' };
  const config = { cniVersion: '1.1.0', name: 'lan', ...(program === 'evio' ? ours : { ipam }) };
  const call = async (verb: string, override?: string) => {
    const environment = {
      ...{ CNI_COMMAND: verb, CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0', CNI_PATH: folder },
      CNI_NETNS: '/proc/self/ns/net',
      ...(override === undefined ? {} : { CNI_NETNS_OVERRIDE: override }),
    };
    const { exitCode, stdout } = await runPlugin(path, environment, JSON.stringify(config));
    return exitCode === 0 ? 'done' : JSON.parse(stdout);
  };
  return { call, heard: () => agent.heard.map((one) => one.path) };
};

const refusal = {
  code: 8,
  msg: `plugin's netns and netns from CNI_NETNS should not be the same: "/proc/self/ns/net"`,
};

for (const program of ['evio', 'evio-ipam'] as const) {
  test(`${program}: ADD is refused, and the agent not asked`, async (t) => {
    const { call, heard } = await makePlugin(t, program);
    t.like(await call('ADD'), refusal);
    t.like(await call('ADD', '0'), refusal);
    t.deepEqual(heard(), []);
  });

  test(`${program}: DEL is done all the same, and says so`, async (t) => {
    const { call, heard } = await makePlugin(t, program);
    const refused = await call('DEL');
    t.like(refused, refusal);
    t.regex(refused.details, /^the DEL was done all the same; /);
    t.is(heard().length, 1);
  });

  test(`${program}: whoever says that it is meant is served`, async (t) => {
    const { call, heard } = await makePlugin(t, program);
    for (const override of ['1', 'TRUE', 'true'])
      for (const verb of ['ADD', 'DEL']) t.is(await call(verb, override), 'done', `${verb} ${override}`);
    t.is(heard().length, 6);
  });
}

test('an ADD of the host itself the agent refuses, whoever says that it is meant', async (t) => {
  const { node, log } = scene();
  const before = (await log()).length;
  const env = {
    ...{ CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0', CNI_PATH: '/opt/cni/bin' },
    ...{ CNI_NETNS: node.netns.path, CNI_NETNS_OVERRIDE: '1', PATH: process.env['PATH'] ?? '' },
  };
  const input = JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket: node.socket });
  const ran = await runToEnd(['ip', 'netns', 'exec', node.netns.name, pluginBinary], { env, input });
  t.like(refusalOf(ran), { code: 8 });
  t.regex(refusalOf(ran).msg, /is the host's own network namespace/);
  t.is((await log()).length, before);
});
