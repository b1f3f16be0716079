import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../../support/compiled-plugin.ts';
import { recordingAgent } from '../../support/recording-agent.ts';

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

/** A working directory in which everything that bun would load by itself says "intruder". */
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
  { BUN_BE_BUN: '1' },
  { BUN_OPTIONS: `--preload=${intruder}` },
  { BUN_OPTIONS: '--smol --bogus' },
  { BUN_INSPECT: 'localhost:1?break=1' },
  { BUN_INSPECT_CONNECT_TO: 'tcp://127.0.0.1:1' },
  { BUN_INSPECT: '1', BUN_INSPECT_PRELOAD: intruder },
  { BUN_JSC_noSuchOption: '1' },
  { BUN_JSC_dumpOptions: '2' },
  { BUN_CONFIG_VERBOSE_FETCH: 'curl' },
  { BUN_CONFIG_MAX_HTTP_REQUESTS: '0' },
  { NODE_OPTIONS: `--require=${intruder}` },
  { NODE_ENV: 'test' },
  { HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' },
]) {
  test(`${JSON.stringify(variables)} in the environment changes nothing`, async (t) => {
    const ran = await runPlugin(plugin.path, { ...environment, ...variables }, stdin);
    t.like(ran, { stdout: answer, stderr: '', exitCode: 0 });
  });
}

test('BUN_BYTECODE_*_OUT writes no file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-bytecode-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const variables = {
    BUN_BYTECODE_ORDER_OUT: join(folder, 'order'),
    BUN_BYTECODE_ORDER_NAMES_OUT: join(folder, 'names'),
    BUN_BYTECODE_DIGEST_OUT: join(folder, 'digest'),
  };
  t.is((await runPlugin(plugin.path, { ...environment, ...variables }, stdin)).stdout, answer);
  t.deepEqual(await readdir(folder), []);
});

test('every variable of its own that the runtime knows, all at once, changes nothing', async (t) => {
  const runtime = await readFile(
    resolve(import.meta.dirname, '../../../node_modules/bun/bin/bun.exe'),
    'latin1',
  );
  const names = new Set(runtime.match(/BUN_[A-Z][A-Z_]{2,40}/g));
  t.true(names.size > 80);
  for (const value of ['1', intruder]) {
    const variables = Object.fromEntries([...names].map((name) => [name, value]));
    const ran = await runPlugin(plugin.path, { ...environment, ...variables }, stdin);
    t.is(ran.stdout, answer, value);
    t.is(ran.exitCode, 0, value);
  }
});
