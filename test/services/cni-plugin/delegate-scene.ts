import type { ExecutionContext, TestFn } from 'ava';
import { type CompiledPlugin, compilePlugin, startPlugin } from '../../support/compiled-plugin.ts';
import { type RecordingAgent, type Reply, recordingAgent } from '../../support/recording-agent.ts';
import type { ScriptDelegate } from '../../support/script-delegate.ts';

export const gateway = '10.244.0.1';
export const admitted: Reply = {
  status: 200,
  body: { result: { routes: [{ dst: '0.0.0.0/0', gw: gateway }] } },
};
export const added: Reply = {
  status: 200,
  body: {
    result: {
      interfaces: [{ name: 'eth0', sandbox: '/run/netns/pod' }],
      ips: [{ address: '10.244.0.7/32', gateway, interface: 0 }],
      routes: [{ dst: '0.0.0.0/0', gw: gateway }],
    },
  },
};
export const done: Reply = { status: 200, body: { result: {} } };
export const refusal = { code: 11, msg: 'the agent says no', details: 'and why' };
export const refused: Reply = { status: 409, body: { error: refusal } };
export const given = { cniVersion: '1.1.0', ips: [{ address: '10.244.0.7/24', gateway }], dns: {} };

export const agentFor = async (t: ExecutionContext, ...replies: readonly [Reply, ...Reply[]]) => {
  const agent = recordingAgent(...replies);
  t.teardown(agent.close);
  await agent.listen();
  return agent;
};

export const paths = ({ heard }: RecordingAgent): ReadonlyArray<string> => heard.map(({ path }) => path);
export const errorIn = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout);

type Asked = { readonly verb: string; readonly config?: object; readonly more?: Record<string, string> };

/** Calls of the compiled plugin under a configuration that names the delegate, and what each was made of. */
export const calls = (test: TestFn) => {
  let plugin: CompiledPlugin | undefined;
  test.before(async () => {
    plugin = await compilePlugin();
  });
  test.after.always(() => plugin?.remove());
  const start = (agent: RecordingAgent, delegate: ScriptDelegate, { verb, config, more }: Asked) => {
    const stdin = JSON.stringify({
      ...{ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket: agent.socket },
      ipam: { type: delegate.name, anything: [1, { of: 'its own' }] },
      ...config,
    });
    const environment = {
      CNI_COMMAND: verb,
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/pod',
      CNI_IFNAME: 'eth0',
      CNI_PATH: `:/nowhere:${delegate.folder}`,
      CNI_ARGS: 'IgnoreUnknown=1;IP=10.244.0.7;MORE=x=y',
      ...more,
    };
    return { stdin, environment, running: startPlugin(plugin?.path ?? '', environment, stdin) };
  };
  const run = async (agent: RecordingAgent, delegate: ScriptDelegate, asked: Asked) => {
    const { running, ...made } = start(agent, delegate, asked);
    return { ...(await running.ended), ...made };
  };
  return { start, run };
};
