import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { connectAgent } from '../../adapters/http/client.ts';
import { servedProtocols } from '../../domain/cni/request.ts';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../support/compiled-plugin.ts';
import { filled, type Recorded, readRecorded, requestId, timeless } from '../support/recorded.ts';
import { recordingAgent } from '../support/recording-agent.ts';
import { makeScene } from '../support/scene.ts';

/*
 * The same as `protocol.test.ts`, of what was recorded later: an ADD with another IPAM plugin, which asks the agent twice, and evio-ipam.
 */
type Exchange = Recorded & {
  readonly program: 'evio' | 'evio-ipam';
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly printed: unknown;
  readonly exitCode: number;
};

const read = (version: number) => readRecorded<Exchange>('delegation.json', version);

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
  await copyFile(plugin.path, join(dirname(plugin.path), 'evio-ipam'));
});
test.after.always(() => plugin.remove());

for (const version of servedProtocols)
  test.serial(`an agent of today answers delegating plugins of protocol ${version} as before`, async (t) => {
    const { node, makePod } = await makeScene(t);
    const places = {
      netns: (await makePod()).path,
      socket: node.socket,
      folder: join(node.dir, 'networks'),
    };
    const agent = connectAgent(node.socket);
    for (const { name, asked } of await read(version))
      for (const { request, answer } of asked) {
        const body = { ...filled(request.body, places), requestId: crypto.randomUUID() };
        const answered = await agent.call('POST', request.path, body, 20_000)();
        if (answered._tag === 'Left') return t.fail(answered.left.reason);
        t.is(answered.right.status, answer.status, name);
        t.like(timeless(answered.right.body) as object, filled(answer.body, places), name);
      }
    return undefined;
  });

test.serial('delegating plugins of today ask and print as they did', async (t) => {
  for (const { name, program, environment, config, asked, printed, exitCode } of await read(1)) {
    const netns = '/dev/null';
    const [first, ...others] = asked.map(({ answer }) => filled(answer, { netns }));
    if (first === undefined) return t.fail(name);
    const agent = recordingAgent(first, ...others);
    const places = { netns, socket: agent.socket, folder: '/var/lib/networks' };
    await agent.listen();
    const ran = await runPlugin(
      join(dirname(plugin.path), program),
      filled(environment, places),
      JSON.stringify(filled(config, places)),
    );
    await agent.close();
    t.deepEqual(
      agent.heard.map(({ path, body }) => ({ path, body: timeless({ ...(body as object), requestId }) })),
      asked.map(({ request }) => filled(request, places)),
      name,
    );
    t.deepEqual(ran.stdout === '' ? '' : JSON.parse(ran.stdout), filled(printed, places), name);
    t.is(ran.exitCode, exitCode, name);
  }
  return undefined;
});
