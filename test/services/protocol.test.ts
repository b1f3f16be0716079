import { readFile } from 'node:fs/promises';
import test from 'ava';
import { connectAgent } from '../../adapters/http/client.ts';
import { protocol, servedProtocols } from '../../domain/cni/request.ts';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../support/compiled-plugin.ts';
import { filled, requestId, timeless } from '../support/recorded.ts';
import { recordingAgent } from '../support/recording-agent.ts';
import { makeScene } from '../support/scene.ts';

/*
 * What plugin and agent of the first releases that spoke a protocol said to each other, recorded from them and never written anew:
 * `<netns>` and `<requestId>` stand for what differs from run to run, and times are 0.
 */
type Exchange = {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly request: { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
  readonly answer: { readonly status: number; readonly body: unknown };
  readonly printed: unknown;
  readonly exitCode: number;
};

type Recorded = {
  readonly protocol: number;
  readonly exchanges: ReadonlyArray<Exchange>;
  /** How that agent answers a protocol that it does not know. */
  readonly unknownProtocol: Pick<Exchange, 'request' | 'answer'>;
};

const read = async (version: number): Promise<Recorded> => {
  const golden = new URL(`../golden/protocol-v${version}/exchanges.json`, import.meta.url);
  return JSON.parse(await readFile(golden, 'utf8')) as Recorded;
};

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

/** Keys that later releases say too; an agent of before passes them by. */
const sinceThen: Readonly<Record<string, ReadonlyArray<string>>> = {
  '/v1/check': ['expectedMac'],
  '/v1/status': ['bridge', 'mtu'],
};

const asThen = (path: string, body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !sinceThen[path]?.includes(key)));

const runAt = (
  socket: string,
  { environment, config }: Pick<Exchange, 'environment' | 'config'>,
  netns: string,
) =>
  runPlugin(
    plugin.path,
    filled(environment, { netns }),
    JSON.stringify(filled({ ...config, agentSocket: socket }, { netns })),
  );

test('what is served has been recorded, and the plugin speaks one of it', (t) => {
  t.true(servedProtocols.includes(protocol));
  return Promise.all(servedProtocols.map(async (version) => t.is((await read(version)).protocol, version)));
});

for (const version of servedProtocols)
  test.serial(
    `an agent of today answers the plugin of protocol ${version} as its own agent did`,
    async (t) => {
      const { node, makePod } = await makeScene(t);
      const pod = await makePod();
      const agent = connectAgent(node.socket);
      for (const { name, request, answer } of (await read(version)).exchanges) {
        const body = filled(request.body, { netns: pod.path });
        const answered = await agent.call(
          'POST',
          request.path,
          { ...body, requestId: crypto.randomUUID() },
          20_000,
        )();
        if (answered._tag === 'Left') return t.fail(answered.left.reason);
        t.is(answered.right.status, answer.status, name);
        t.like(
          timeless(answered.right.body) as object,
          filled(answer.body, { netns: pod.path }) as object,
          name,
        );
      }
      return undefined;
    },
  );

test.serial(
  'the plugin of today asks what its first agent was asked, and prints what it answered',
  async (t) => {
    const netns = '/run/netns/pod';
    for (const exchange of (await read(protocol)).exchanges) {
      const { name, request, answer, printed, exitCode } = exchange;
      const agent = recordingAgent({ status: answer.status, body: filled(answer.body, { netns }) });
      await agent.listen();
      const ran = await runAt(agent.socket, exchange, netns);
      await agent.close();
      t.is(agent.heard[0]?.path, request.path, name);
      const asked = agent.heard[0]?.body as Readonly<Record<string, unknown>>;
      t.deepEqual(asThen(request.path, { ...asked, requestId }), filled(request.body, { netns }), name);
      t.deepEqual(ran.stdout === '' ? '' : JSON.parse(ran.stdout), filled(printed, { netns }), name);
      t.is(ran.exitCode, exitCode, name);
    }
  },
);

test('an agent that does not know the plugin’s protocol is not up to it yet: code 11, so that it is called again', async (t) => {
  const { unknownProtocol, exchanges } = await read(1);
  const agent = recordingAgent(unknownProtocol.answer);
  t.teardown(agent.close);
  await agent.listen();
  for (const { environment, config } of exchanges) {
    const ran = await runAt(agent.socket, { environment, config }, '/run/netns/pod');
    t.is(ran.exitCode, 1);
    t.like(JSON.parse(ran.stdout), { code: 11, msg: 'the agent does not understand the request: protocol' });
  }
});

test('an agent that does not know a question of a later plugin is to be upgraded: code 11', async (t) => {
  const { node } = await makeScene(t);
  const unknown = await connectAgent(node.socket).call('POST', '/v1/later', {}, 5_000)();
  if (unknown._tag === 'Left') return t.fail(unknown.left.reason);
  const agent = recordingAgent(unknown.right);
  t.teardown(agent.close);
  await agent.listen();
  for (const { environment, config } of (await read(protocol)).exchanges) {
    const ran = await runAt(agent.socket, { environment, config }, '/run/netns/pod');
    t.is(ran.exitCode, 1);
    const { code, msg, details } = JSON.parse(ran.stdout);
    t.is(code, 11);
    t.regex(msg, /evio-agent on .* is older than this plugin/);
    t.regex(details, /upgrade evio-agent/);
  }
  return undefined;
});

test.serial('what a later release adds to a request or an answer is passed over', async (t) => {
  const { node, makePod } = await makeScene(t);
  const pod = await makePod();
  const agent = connectAgent(node.socket);
  const recorded = await read(protocol);
  const add = recorded.exchanges.find(({ name }) => name === 'ADD');
  if (add === undefined) return t.fail();
  const body = { ...filled(add.request.body, { netns: pod.path }), colour: 'red' };
  const answered = await agent.call('POST', add.request.path, body, 20_000)();
  t.is(answered._tag === 'Right' && answered.right.status, 200);

  const { result } = filled(add.answer.body, { netns: pod.path }) as { readonly result: object };
  const later = recordingAgent({
    status: 200,
    body: { result: { ...result, colour: 'red' }, colour: 'red' },
  });
  t.teardown(later.close);
  await later.listen();
  const ran = await runAt(later.socket, add, pod.path);
  t.deepEqual(JSON.parse(ran.stdout), filled(add.printed, { netns: pod.path }));
  return undefined;
});
