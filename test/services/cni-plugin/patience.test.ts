import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin, startPlugin } from '../../support/compiled-plugin.ts';
import { type Reply, recordingAgent } from '../../support/recording-agent.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

const environment = (verb: string): Record<string, string> => ({
  CNI_COMMAND: verb,
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
});

const config = ({ socket }: { readonly socket: string }): string =>
  JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket: socket });

const added: Reply = { status: 200, body: { result: { ips: [{ address: '10.244.0.2/32' }] } } };

test('an agent that comes up a little later is found', async (t) => {
  const agent = recordingAgent(added);
  t.teardown(agent.close);
  const running = startPlugin(plugin.path, environment('ADD'), config(agent));
  await pause(600);
  await agent.listen();
  const ran = await running.ended;
  t.is(ran.exitCode, 0);
  t.like(agent.heard, [{ body: { attempt: 0 } }]);
});

for (const how of ['hang-up', 'hang-up-in-the-middle'] as const) {
  test(`after a ${how} the same request is asked again with the next attempt number`, async (t) => {
    const agent = recordingAgent(how, how, added);
    t.teardown(agent.close);
    await agent.listen();
    t.is((await runPlugin(plugin.path, environment('ADD'), config(agent))).exitCode, 0);
    const asked = agent.heard.map(({ body }) => body as Readonly<Record<string, unknown>>);
    t.deepEqual(
      asked.map((body) => body['attempt']),
      [0, 1, 2],
    );
    t.is(new Set(asked.map((body) => body['requestId'])).size, 1);
  });
}

const nowhere = { socket: join(tmpdir(), `evio-nobody-${randomBytes(4).toString('hex')}.sock`) };

test('ADD gives an absent agent fifteen seconds, then says to try again later', async (t) => {
  const ran = await runPlugin(plugin.path, environment('ADD'), config(nowhere));
  const error = JSON.parse(ran.stdout);
  t.is(error.code, 11);
  t.true(error.msg.includes(nowhere.socket) && error.msg.includes('ENOENT'));
  t.is(ran.exitCode, 1);
  t.true(ran.elapsedMs > 14_000 && ran.elapsedMs < 20_000, `${ran.elapsedMs} ms`);
});

test('STATUS gives an absent agent a second, then says that nothing can be added', async (t) => {
  const ran = await runPlugin(plugin.path, environment('STATUS'), config(nowhere));
  t.is(JSON.parse(ran.stdout).code, 50);
  t.is(ran.exitCode, 1);
  t.true(ran.elapsedMs < 3_000, `${ran.elapsedMs} ms`);
});

// What the engine holds in memory differs with each, and with it the moment at which it would collect garbage: see runtime.c.
test('however much is in its environment, it lives through its wait', async (t) => {
  const prevResult = {
    cniVersion: '1.1.0',
    interfaces: [{ name: 'eth0', sandbox: '/run/netns/pod' }],
    ips: [],
  };
  const stdin = JSON.stringify({ ...JSON.parse(config(nowhere)), prevResult });
  const running = Array.from({ length: 60 }, (_, index) =>
    startPlugin(plugin.path, { ...environment('CHECK'), PADDING: 'x'.repeat(index * 400) }, stdin),
  );
  await pause(2500);
  for (const { signal } of running) signal('SIGTERM');
  for (const ran of await Promise.all(running.map(({ ended }) => ended))) {
    t.like(ran, { exitCode: 1, stderr: '' });
    t.is(JSON.parse(ran.stdout).code, 11);
  }
});

test('SIGTERM while it waits for the agent to come ends the plugin with code 11', async (t) => {
  const running = startPlugin(plugin.path, environment('ADD'), config(nowhere));
  await pause(500);
  running.signal('SIGTERM');
  const ran = await running.ended;
  t.like(JSON.parse(ran.stdout), { code: 11, msg: 'ADD was ended by SIGTERM before evio-agent answered' });
  t.is(ran.exitCode, 1);
  t.true(ran.elapsedMs < 3_000, `${ran.elapsedMs} ms`);
});

test('SIGTERM while the agent works ends the plugin with code 11 and cuts the connection', async (t) => {
  const agent = recordingAgent('silence');
  t.teardown(agent.close);
  await agent.listen();
  const running = startPlugin(plugin.path, environment('ADD'), config(agent));
  await pause(500);
  t.is(agent.heard.length, 1);
  running.signal('SIGTERM');
  const ran = await running.ended;
  t.like(JSON.parse(ran.stdout), { code: 11, msg: 'ADD was ended by SIGTERM before evio-agent answered' });
  t.is(ran.exitCode, 1);
  await pause(100);
  t.is(await agent.connections(), 0);
});
