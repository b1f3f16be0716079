import test from 'ava';
import { eventually } from '../../support/node.ts';
import { refuses, says, scriptDelegate } from '../../support/script-delegate.ts';
import {
  added,
  admitted,
  agentFor,
  calls,
  done,
  errorIn,
  gateway,
  given,
  paths,
  refused,
} from './delegate-scene.ts';

const { run, start } = calls(test);

const prepared = {
  status: 200,
  body: {
    result: {
      interfaces: [{ name: 'eth0', mac: '06:12:34:56:78:9a', sandbox: '/run/netns/pod' }],
      routes: [{ dst: '0.0.0.0/0', gw: gateway }],
    },
  },
};
const dhcp = (t: Parameters<typeof scriptDelegate>[0], words: Readonly<Record<string, string>>) =>
  scriptDelegate(t, words, 'dhcp');

test('the agent is told that dhcp asks through the pod, each time; of others it is not', async (t) => {
  const agent = await agentFor(t, prepared, added, admitted, added);
  t.is((await run(agent, await dhcp(t, { ADD: says(given) }), { verb: 'ADD' })).exitCode, 0);
  t.is((await run(agent, await scriptDelegate(t, { ADD: says(given) }), { verb: 'ADD' })).exitCode, 0);
  t.deepEqual(
    agent.heard.map(({ path, body }) => [path, (body as { throughPod?: boolean }).throughPod]),
    [
      ['/v1/admit', true],
      ['/v1/add', true],
      ['/v1/admit', undefined],
      ['/v1/add', undefined],
    ],
  );
});

test('an agent of before admits it and prepares nothing: it is said, and dhcp is not asked', async (t) => {
  const delegate = await dhcp(t, { ADD: says(given) });
  const agent = await agentFor(t, admitted);
  const error = errorIn(await run(agent, delegate, { verb: 'ADD' }));
  t.is(error.code, 11);
  t.regex(`${error.msg}: ${error.details}`, /older than this plugin.*upgrade evio-agent/);
  t.deepEqual([paths(agent), await delegate.verbs()], [['/v1/admit'], []]);
});

for (const [title, words, ...replies] of [
  ['that refuses', refuses(11, 'no offer'), prepared, done],
  ['whose address the agent refuses', says(given), prepared, refused, done],
] as const)
  test(`a delegate ${title} takes it back through the interface, which goes then`, async (t) => {
    const delegate = await dhcp(t, { ADD: words });
    const agent = await agentFor(t, ...(replies as never as [typeof prepared]));
    const ran = await run(agent, delegate, { verb: 'ADD' });
    t.is(ran.exitCode, 1);
    t.deepEqual(await delegate.verbs(), ['ADD', 'DEL']);
    const [first, last] = [agent.heard[0]?.body, agent.heard.at(-1)?.body] as ReadonlyArray<
      Readonly<Record<string, unknown>>
    >;
    t.is(agent.heard.at(-1)?.path, '/v1/del');
    t.deepEqual(last, {
      protocol: 1,
      requestId: first?.['requestId'],
      attempt: 0,
      network: 'evio',
      containerId: 'c1',
      ifname: 'eth0',
      netns: '/run/netns/pod',
      prepared: true,
    });
  });

test("the end of the runtime's patience ends the interface too", async (t) => {
  const delegate = await dhcp(t, { ADD: 'exec sleep 600' });
  const agent = await agentFor(t, prepared, done);
  const { running } = start(agent, delegate, { verb: 'ADD' });
  await eventually('the delegate runs', async () => (await delegate.verbs()).includes('ADD') || undefined);
  running.signal('SIGTERM');
  t.regex(errorIn(await running.ended).msg, /ADD was ended by SIGTERM/);
  t.deepEqual(
    [paths(agent), await delegate.verbs()],
    [
      ['/v1/admit', '/v1/del'],
      ['ADD', 'DEL'],
    ],
  );
});
