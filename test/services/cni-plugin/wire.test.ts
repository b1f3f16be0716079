import test, { type ExecutionContext } from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../../support/compiled-plugin.ts';
import { type RecordingAgent, type Reply, recordingAgent } from '../../support/recording-agent.ts';

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

const result = {
  interfaces: [
    { name: 'veth1', mac: '0a:58:0a:f4:00:01', mtu: 1400 },
    { name: 'eth0', mac: '0a:58:0a:f4:00:02', mtu: 1400, sandbox: '/run/netns/pod' },
  ],
  ips: [{ address: '10.244.0.2/32', gateway: '10.244.0.1', interface: 1 }],
  routes: [{ dst: '0.0.0.0/0', gw: '10.244.0.1' }],
};
const added: Reply = { status: 200, body: { result } };
const done: Reply = { status: 200, body: { result: {} } };

const agentFor = async (
  t: ExecutionContext,
  ...replies: readonly [Reply, ...Reply[]]
): Promise<RecordingAgent> => {
  const agent = recordingAgent(...replies);
  t.teardown(agent.close);
  await agent.listen();
  return agent;
};

const config = (agent: { readonly socket: string }, keys: object = {}): string =>
  JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket: agent.socket, ...keys });

const run = (verb: string, stdin: string, more: Record<string, string> = {}) =>
  runPlugin(plugin.path, { ...environment(verb), ...more }, stdin);

const bodies = (agent: RecordingAgent): ReadonlyArray<Record<string, unknown>> =>
  agent.heard.map(({ body }) => body as Record<string, unknown>);

test('ADD asks for what it was asked, and prints the result alone', async (t) => {
  const agent = await agentFor(t, added);
  const keys = {
    bridge: 'evio0',
    mtu: 1400,
    runtimeConfig: { ips: ['FD00:0::9/64'] },
    args: { cni: { ips: ['10.244.0.9'] } },
  };
  const ran = await run('ADD', config(agent, keys), {
    CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=u-1;IP=10.244.0.9/24',
  });
  t.is(ran.stderr, '');
  t.deepEqual(JSON.parse(ran.stdout), { cniVersion: '1.1.0', ...result });
  t.is(ran.exitCode, 0);
  const [body] = bodies(agent);
  t.regex(
    String(body?.['requestId']),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  t.deepEqual(agent.heard, [
    {
      method: 'POST',
      path: '/v1/add',
      body: {
        protocol: 1,
        requestId: body?.['requestId'],
        attempt: 0,
        network: 'evio',
        containerId: 'c1',
        ifname: 'eth0',
        netns: '/run/netns/pod',
        requestedAddresses: ['fd00::9', '10.244.0.9'],
        pod: { namespace: 'shop', name: 'web-0', uid: 'u-1' },
        bridge: 'evio0',
        mtu: 1400,
      },
    },
  ]);
});

test('ADD asks for the MAC by its most particular source, and for ranges as they were written', async (t) => {
  const agent = await agentFor(t, added);
  const ipRanges = [[{ subnet: '10.244.0.0/24', rangeEnd: '10.244.0.9' }]];
  const args = { cni: { mac: '02-00-5E-10-00-02', ips: ['10.244.0.9'] } };
  const CNI_ARGS = 'MAC=02:00:5e:10:00:03;IP=10.244.0.8';
  await run('ADD', config(agent, { runtimeConfig: { mac: '02:00:5e:10:00:01', ipRanges }, args }), {
    CNI_ARGS,
  });
  await run('ADD', config(agent, { args }), { CNI_ARGS });
  await run('ADD', config(agent, { mac: '02-00-5E-10-00-04' }), { CNI_ARGS });
  await run('ADD', config(agent, { mac: '02-00-5E-10-00-04' }), { CNI_ARGS: 'IP=10.244.0.8' });
  t.deepEqual(
    bodies(agent).map(({ mac, ranges, requestedAddresses }) => [mac, ranges, requestedAddresses]),
    [
      ['02:00:5e:10:00:01', ipRanges, ['10.244.0.9']],
      ['02:00:5e:10:00:02', undefined, ['10.244.0.9']],
      ['02:00:5e:10:00:03', undefined, ['10.244.0.8']],
      ['02:00:5e:10:00:04', undefined, ['10.244.0.8']],
    ],
  );
});

test('ADD returns the DNS that the runtime asked for, and of the configured what it did not', async (t) => {
  const agent = await agentFor(t, added);
  const dns = { nameservers: ['10.96.0.10'], domain: 'shop.svc', search: ['svc'] };
  const runtimeConfig = { dns: { servers: ['192.0.2.53'], searches: [], options: ['ndots:5'] } };
  const ran = await run('ADD', config(agent, { dns, runtimeConfig }));
  t.deepEqual(JSON.parse(ran.stdout).dns, {
    nameservers: ['192.0.2.53'],
    domain: 'shop.svc',
    search: [],
    options: ['ndots:5'],
  });
});

for (const cniVersion of ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']) {
  test(`ADD prints a result of ${cniVersion} when the configuration is of ${cniVersion}`, async (t) => {
    const agent = await agentFor(t, added);
    const ran = await run('ADD', config(agent, { cniVersion }));
    const printed = JSON.parse(ran.stdout);
    t.is(printed.cniVersion, cniVersion);
    t.is(printed.ips[0].version, cniVersion.startsWith('0.') ? '4' : undefined);
    t.is(printed.interfaces[1].mtu, cniVersion === '1.1.0' ? 1400 : undefined);
    t.is(printed.interfaces[1].sandbox, '/run/netns/pod');
  });
}

test('ADD adds the configured DNS to the result, and passes a previous result on', async (t) => {
  const agent = await agentFor(t, added);
  const dns = { nameservers: ['10.96.0.10'] };
  const prevResult = {
    cniVersion: '1.0.0',
    interfaces: [{ name: 'net0' }],
    ips: [{ address: '192.0.2.2/24', interface: 0 }],
  };
  const ran = await run('ADD', config(agent, { cniVersion: '1.0.0', dns, prevResult }));
  t.like(JSON.parse(ran.stdout), {
    interfaces: [{ name: 'net0' }, { name: 'veth1' }, { name: 'eth0' }],
    ips: [
      { address: '192.0.2.2/24', interface: 0 },
      { address: '10.244.0.2/32', interface: 2 },
    ],
    dns,
  });
});

test('an answer in chunks is read as well', async (t) => {
  const agent = await agentFor(t, { status: 200, body: { result }, chunked: true });
  const ran = await run('ADD', config(agent));
  t.deepEqual(JSON.parse(ran.stdout), { cniVersion: '1.1.0', ...result });
});

test("the agent's refusal is printed as it is, with the version of the configuration", async (t) => {
  const error = { code: 11, msg: 'this node has no subnet yet', details: 'run evio-config-gen' };
  const agent = await agentFor(t, { status: 409, body: { error } });
  const ran = await run('ADD', config(agent, { cniVersion: '0.4.0' }));
  t.deepEqual(JSON.parse(ran.stdout), { cniVersion: '0.4.0', ...error });
  t.is(ran.exitCode, 1);
});

for (const body of [{ unexpected: true }, { result: { ips: 'none' } }]) {
  test(`an answer ${JSON.stringify(body)} is refused as not understood`, async (t) => {
    const agent = await agentFor(t, { status: 200, body });
    const ran = await run('ADD', config(agent));
    t.like(JSON.parse(ran.stdout), { code: 999 });
    t.is(ran.exitCode, 1);
  });
}

test('of a megabyte that is not understood the refusal shows a line', async (t) => {
  const agent = await agentFor(t, { status: 200, body: { result: { ips: 'x'.repeat(1_000_000) } } });
  const ran = await run('ADD', config(agent));
  t.is(JSON.parse(ran.stdout).code, 999);
  t.true(ran.stdout.length < 1_000);
});

test('DEL without a network namespace is asked so, and prints nothing', async (t) => {
  const agent = await agentFor(t, done);
  const { CNI_NETNS: _, ...without } = environment('DEL');
  const ran = await runPlugin(plugin.path, without, config(agent, { misspelt: 1 }));
  t.like(ran, { exitCode: 0, stdout: '', stderr: '' });
  const [body] = bodies(agent);
  t.is(agent.heard[0]?.path, '/v1/del');
  t.false('netns' in (body ?? {}));
});

test('CHECK passes the addresses and the MAC that the previous result gives to the interface', async (t) => {
  const agent = await agentFor(t, done);
  const ran = await run('CHECK', config(agent, { prevResult: { cniVersion: '1.1.0', ...result } }));
  t.like(ran, { exitCode: 0, stdout: '', stderr: '' });
  t.like(bodies(agent)[0], { expectedAddresses: ['10.244.0.2/32'], expectedMac: '0a:58:0a:f4:00:02' });
});

test('CHECK without a previous result, or with one of no interface, is code 7, and nothing is asked', async (t) => {
  const agent = await agentFor(t, done);
  const prevResult = { ...result, interfaces: [] };
  t.like(JSON.parse((await run('CHECK', config(agent, { prevResult }))).stdout), { code: 7 });
  t.like(JSON.parse((await run('CHECK', config(agent))).stdout), { code: 7 });
  t.deepEqual(agent.heard, []);
});

test('STATUS is asked of this configuration, and prints nothing when all is well', async (t) => {
  const agent = await agentFor(t, done);
  const asked = config(agent, { bridge: 'evio0', mtu: 1400 });
  t.like(await run('STATUS', asked), { exitCode: 0, stdout: '', stderr: '' });
  t.is(agent.heard[0]?.path, '/v1/status');
  t.like(bodies(agent)[0], { bridge: 'evio0', mtu: 1400 });
});

test('GC passes on what is still valid', async (t) => {
  const agent = await agentFor(t, done);
  const keys = { 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'eth0' }] };
  t.like(await run('GC', config(agent, keys)), { exitCode: 0, stdout: '', stderr: '' });
  t.deepEqual(bodies(agent)[0]?.['validAttachments'], [{ containerId: 'c1', ifname: 'eth0' }]);
});

test('a GC with more attachments than one write takes arrives whole', async (t) => {
  const agent = await agentFor(t, done);
  const valid = Array.from({ length: 8_000 }, (_, index) => ({
    containerID: `container-${index}`,
    ifname: 'eth0',
  }));
  t.is((await run('GC', config(agent, { 'cni.dev/valid-attachments': valid }))).exitCode, 0);
  t.is((bodies(agent)[0]?.['validAttachments'] as ReadonlyArray<unknown> | undefined)?.length, 8_000);
});

test('GC without the list is code 7, and nothing is asked', async (t) => {
  const agent = await agentFor(t, done);
  t.like(JSON.parse((await run('GC', config(agent))).stdout), { code: 7 });
  t.deepEqual(agent.heard, []);
});
