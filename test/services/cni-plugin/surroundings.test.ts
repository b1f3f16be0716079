import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../../support/compiled-plugin.ts';
import { recordingAgent } from '../../support/recording-agent.ts';
import { run } from '../../support/run.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

const agent = recordingAgent({ status: 200, body: { result: { ips: [{ address: '10.244.0.2/32' }] } } });
test.before(() => agent.listen());
test.after.always(() => agent.close());

const environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
};
const stdin = JSON.stringify({ cniVersion: '1.0.0', name: 'evio', type: 'evio', agentSocket: agent.socket });
const answer = '{"cniVersion":"1.0.0","ips":[{"address":"10.244.0.2/32"}]}\n';

/** A working directory in which everything that a JavaScript runtime would load by itself says "intruder". */
const hostileFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-hostile-'));
  const intruder = join(folder, 'intruder.js');
  await Promise.all([
    writeFile(intruder, 'console.log("intruder");'),
    writeFile(join(folder, '.env'), 'CNI_COMMAND=VERSION\nBUN_OPTIONS=--preload=./intruder.js\n'),
    writeFile(join(folder, 'bunfig.toml'), `preload = ["${intruder}"]\n`),
    writeFile(join(folder, 'package.json'), '{"type": "commonjs", "imports": {"fp-ts": "./intruder.js"}}'),
    writeFile(join(folder, 'tsconfig.json'), '{"compilerOptions": {"paths": {"*": ["./intruder.js"]}}}'),
  ]);
  return folder;
};

test('files in the working directory change nothing', async (t) => {
  const folder = await hostileFolder();
  t.teardown(() => rm(folder, { recursive: true }));
  t.like(await runPlugin(plugin.path, environment, stdin, folder), {
    stdout: answer,
    stderr: '',
    exitCode: 0,
  });
  t.like(await runPlugin(plugin.path, { CNI_COMMAND: '' }, stdin, folder), { stdout: '', exitCode: 0 });
});

const intruder = '/nonexistent/intruder.js';

for (const variables of [
  { LD_PRELOAD: '/nonexistent/intruder.so' },
  { NODE_OPTIONS: `--require=${intruder}` },
  { NODE_ENV: 'test' },
  { BUN_BE_BUN: '1' },
  { BUN_OPTIONS: `--preload=${intruder}` },
  { BUN_INSPECT: '1', BUN_INSPECT_PRELOAD: intruder },
  { BUN_JSC_noSuchOption: '1' },
  { HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' },
]) {
  test(`${JSON.stringify(variables)} in the environment changes nothing`, async (t) => {
    const ran = await runPlugin(plugin.path, { ...environment, ...variables }, stdin);
    t.like(ran, { stdout: answer, stderr: '', exitCode: 0 });
  });
}

test('it runs where there is no other file', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'evio-bare-'));
  t.teardown(() => rm(root, { recursive: true }));
  await copyFile(plugin.path, join(root, 'evio'));
  const { supportedVersions } = JSON.parse(
    await run('env', '-i', 'CNI_COMMAND=VERSION', '/usr/sbin/chroot', root, '/evio'),
  );
  t.deepEqual(supportedVersions, ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']);
});

test('it is small enough for an SD card', async (t) => {
  t.true((await stat(plugin.path)).size < 4 * 1024 * 1024);
});
