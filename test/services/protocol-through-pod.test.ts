import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../support/compiled-plugin.ts';
import {
  answersAsRecorded,
  filled,
  type Recorded,
  readRecorded,
  requestId,
  timeless,
} from '../support/recorded.ts';
import { type Reply, recordingAgent } from '../support/recording-agent.ts';
import { refuses, says, scriptDelegate } from '../support/script-delegate.ts';

/*
 * The same as `protocol-delegation.test.ts`, of an ADD in two turns: the second asks with the request id of the first.
 */
type Exchange = Recorded & {
  readonly delegate: 'refuses' | 'gives 10.244.0.200';
};

const exchanges = () => readRecorded<Exchange>('through-pod.json');

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

test.serial('an agent of today answers plugins that had an interface prepared as before', async (t) => {
  await answersAsRecorded(t, await exchanges());
});

test.serial('plugins of today ask for one as they did', async (t) => {
  const words = {
    refuses: refuses(11, 'no offer'),
    'gives 10.244.0.200': says({ ips: [{ address: '10.244.0.200/24' }] }),
  };
  for (const { name, delegate, asked } of await exchanges()) {
    const netns = '/dev/null';
    const { folder } = await scriptDelegate(t, { ADD: words[delegate] }, 'dhcp');
    const [first, ...others] = asked.map(({ answer }): Reply => filled(answer, { netns }));
    if (first === undefined) return t.fail(name);
    const agent = recordingAgent(first, ...others);
    t.teardown(agent.close);
    await agent.listen();
    await runPlugin(
      plugin.path,
      {
        CNI_COMMAND: 'ADD',
        CNI_CONTAINERID: 'pod-1',
        CNI_IFNAME: 'eth0',
        CNI_NETNS: netns,
        CNI_PATH: folder,
      },
      JSON.stringify({
        cniVersion: '1.0.0',
        name: 'evio',
        type: 'evio',
        agentSocket: agent.socket,
        ipam: { type: 'dhcp' },
      }),
    );
    t.deepEqual(
      agent.heard.map(({ path, body }) => ({ path, body: timeless({ ...(body as object), requestId }) })),
      asked.map(({ request }) => filled(request, { netns })),
      name,
    );
  }
  return undefined;
});
