import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../../support/compiled-plugin.ts';
import { type Reply, recordingAgent } from '../../support/recording-agent.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

const run = (socket: string, verb: string, keys: object) =>
  runPlugin(
    plugin.path,
    {
      CNI_COMMAND: verb,
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/pod',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/opt/cni/bin',
    },
    JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket: socket, ...keys }),
  );

const listening = async (t: { teardown: (undo: () => unknown) => void }, reply: Reply) => {
  const agent = recordingAgent(reply);
  t.teardown(agent.close);
  await agent.listen();
  return agent;
};

test('a VLAN is asked for by paths of its own, and no VLAN as before', async (t) => {
  const agent = await listening(t, { status: 200, body: { result: {} } });
  for (const verb of ['ADD', 'STATUS', 'DEL']) {
    const ran = await run(agent.socket, verb, { vlan: 100 });
    t.is(ran.exitCode, 0, ran.stdout);
  }
  await run(agent.socket, 'ADD', { vlan: 0 });
  await run(agent.socket, 'ADD', { vlanTrunk: [{ id: 7 }] });
  const trunk = [{ first: 7, last: 7 }];
  t.like(agent.heard[4]?.body, { trunk });
  t.deepEqual(
    agent.heard.map(({ path, body }) => [path, (body as { readonly vlan?: number }).vlan]),
    [
      ['/v1/vlan/add', 100],
      ['/v1/vlan/status', 100],
      ['/v1/del', undefined],
      ['/v1/add', undefined],
      ['/v1/vlan/add', undefined],
    ],
  );
});

test('an agent that knows no VLANs knows none of these paths, and is to be upgraded', async (t) => {
  const older = await listening(t, { status: 404, body: { error: 'there is nothing here' } });
  for (const verb of ['ADD', 'STATUS']) {
    const refused = await run(older.socket, verb, { vlan: 100 });
    t.is(refused.exitCode, 1);
    t.regex(refused.stdout, /older than this plugin/);
    t.regex(refused.stdout, /upgrade evio-agent/);
  }
});
