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
import { recordingAgent } from '../support/recording-agent.ts';
import { says, scriptDelegate } from '../support/script-delegate.ts';

/*
 * The same as `protocol-delegation.test.ts`, of configurations with a VLAN or a trunk: the paths are others, and only where they are named.
 */
type Exchange = Recorded & {
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** What the other IPAM plugin was asked. */
  readonly delegate: ReadonlyArray<string>;
  readonly printed: unknown;
  readonly exitCode: number;
};

const exchanges = () => readRecorded<Exchange>('vlan.json');

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

test.serial('an agent of today answers plugins that name a VLAN as before', async (t) => {
  await answersAsRecorded(t, await exchanges());
});

test.serial('plugins of today ask with a VLAN as they did, and print what they did', async (t) => {
  const gives = says({ ips: [{ address: '10.244.0.200/24' }] });
  for (const { name, environment, config, asked, delegate, printed, exitCode } of await exchanges()) {
    const netns = '/dev/null';
    const { folder, verbs } = await scriptDelegate(t, { ADD: gives }, 'host-local');
    const [first, ...others] = asked.map(({ answer }) => filled(answer, { netns }));
    if (first === undefined) return t.fail(name);
    const agent = recordingAgent(first, ...others);
    t.teardown(agent.close);
    await agent.listen();
    const places = { netns, folder, socket: agent.socket };
    const ran = await runPlugin(
      plugin.path,
      filled(environment, places),
      JSON.stringify(filled(config, places)),
    );
    t.deepEqual(
      agent.heard.map(({ path, body }) => ({ path, body: timeless({ ...(body as object), requestId }) })),
      asked.map(({ request }) => filled(request, places)),
      name,
    );
    t.deepEqual(await verbs(), delegate, name);
    t.deepEqual(ran.stdout === '' ? '' : JSON.parse(ran.stdout), filled(printed, places), name);
    t.is(ran.exitCode, exitCode, name);
  }
  return undefined;
});
