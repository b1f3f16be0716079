import test from 'ava';
import { type CompiledPlugin, compilePlugin, runPlugin } from '../../support/compiled-plugin.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

const whole = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
};
const config = { cniVersion: '1.0.0', name: 'evio', type: 'evio' };

type Case = {
  readonly title: string;
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
  readonly code: number;
  readonly msg: RegExp;
  readonly cniVersion?: string;
};

const withKeys = (keys: object): string => JSON.stringify({ ...config, ...keys });

/** Nobody listens on the socket: a case that was not refused before asking would take fifteen seconds and be code 11. */
const cases: ReadonlyArray<Case> = [
  {
    title: 'an unknown verb',
    environment: { ...whole, CNI_COMMAND: 'UPDATE' },
    code: 4,
    msg: /unknown CNI_COMMAND: UPDATE/,
  },
  {
    // As long as the kernel lets a variable be (MAX_ARG_STRLEN, execve(2)).
    title: 'a verb that would bury the journal',
    environment: { ...whole, CNI_COMMAND: `\x1b[2J${'X'.repeat(131_000)}` },
    code: 4,
    msg: /^unknown CNI_COMMAND: \\u\{1b\}\[2JX{196}…$/,
  },
  {
    title: 'missing variables',
    environment: { CNI_COMMAND: 'ADD', CNI_IFNAME: 'eth0' },
    code: 4,
    msg: /\[CNI_CONTAINERID,CNI_NETNS,CNI_PATH\] missing/,
  },
  { title: 'bad JSON', stdin: '{"name": ', code: 6, msg: /cannot decode/ },
  { title: 'no input', stdin: '', code: 6, msg: /stdin is empty/ },
  {
    title: 'more than a mebibyte of input',
    stdin: `{"name": "${'x'.repeat(1 << 20)}"}`,
    code: 5,
    msg: /1048576 bytes/,
  },
  { title: 'no network name', stdin: '{"cniVersion": "1.0.0"}', code: 7, msg: /missing network name/ },
  {
    title: 'a bad container id',
    environment: { ...whole, CNI_CONTAINERID: '../c1' },
    code: 4,
    msg: /CNI_CONTAINERID "..\/c1"/,
    cniVersion: '1.0.0',
  },
  {
    title: 'an interface name of 16 characters',
    environment: { ...whole, CNI_IFNAME: 'sixteen-letters1' },
    code: 4,
    msg: /CNI_IFNAME "sixteen-letters1"/,
    cniVersion: '1.0.0',
  },
  { title: 'an unsupported version', stdin: withKeys({ cniVersion: '0.2.0' }), code: 1, msg: /"0.2.0"/ },
  { title: 'a version that is none', stdin: withKeys({ cniVersion: 'new' }), code: 1, msg: /"new"/ },
  { title: 'a version that is no text', stdin: withKeys({ cniVersion: 1.1 }), code: 6, msg: /1\.1 is not/ },
  {
    title: 'CHECK before it was invented',
    environment: { ...whole, CNI_COMMAND: 'CHECK' },
    stdin: withKeys({ cniVersion: '0.3.1' }),
    code: 1,
    msg: /CHECK needs/,
    cniVersion: '0.3.1',
  },
  {
    title: 'an unknown bridge type',
    stdin: withKeys({ bridgeType: 'LXBR' }),
    code: 2,
    msg: /"bridgeType": "LXBR"/,
    cniVersion: '1.0.0',
  },
  {
    title: 'a misspelt key',
    stdin: withKeys({ brigde: 'evio0' }),
    code: 2,
    msg: /"brigde": "evio0"/,
    cniVersion: '1.0.0',
  },
  {
    title: 'an unknown argument',
    environment: { ...whole, CNI_ARGS: 'COLOUR=red' },
    code: 4,
    msg: /CNI_ARGS/,
    cniVersion: '1.0.0',
  },
  {
    title: 'a requested address that is none',
    stdin: withKeys({ args: { cni: { ips: ['10.0.0'] } } }),
    code: 7,
    msg: /"10.0.0"/,
    cniVersion: '1.0.0',
  },
  {
    title: 'a previous result that is none',
    stdin: withKeys({ prevResult: { ips: 7 } }),
    code: 7,
    msg: /"prevResult"/,
    cniVersion: '1.0.0',
  },
];

for (const {
  title,
  environment = whole,
  stdin = JSON.stringify(config),
  code,
  msg,
  cniVersion = '1.1.0',
} of cases) {
  test(`${title} is refused with code ${code}, what to do, and exit code 1`, async (t) => {
    const ran = await runPlugin(plugin.path, environment, stdin);
    const error = JSON.parse(ran.stdout);
    t.deepEqual(Object.keys(error), ['cniVersion', 'code', 'msg', 'details']);
    t.is(error.code, code);
    t.is(error.cniVersion, cniVersion);
    t.regex(error.msg, msg);
    t.true(error.details.length > 0);
    t.is(ran.exitCode, 1);
    t.is(ran.stderr, '');
    t.true(ran.elapsedMs < 5_000, `${ran.elapsedMs} ms`);
  });
}

test('VERSION prints the supported versions and asks nobody', async (t) => {
  const ran = await runPlugin(plugin.path, { CNI_COMMAND: 'VERSION' }, '');
  t.deepEqual(JSON.parse(ran.stdout), {
    cniVersion: '1.1.0',
    supportedVersions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
  });
  t.like(ran, { exitCode: 0, stderr: '' });
});

test('VERSION answers in the version that it was asked in', async (t) => {
  for (const [stdin, cniVersion] of [
    ['{"cniVersion":"0.4.0"}', '0.4.0'],
    ['{ "name": "evio", "cniVersion": "9.0.0" }', '9.0.0'],
    ['{"cniVersion": 7}', '1.1.0'],
    ['no JSON', '1.1.0'],
  ] as const) {
    const ran = await runPlugin(plugin.path, { CNI_COMMAND: 'VERSION' }, stdin);
    t.is(JSON.parse(ran.stdout).cniVersion, cniVersion, stdin);
    t.is(ran.exitCode, 0);
  }
});

test('without a verb it says what it is, on stderr', async (t) => {
  const ran = await runPlugin(plugin.path, {}, '');
  t.like(ran, { exitCode: 0, stdout: '' });
  t.regex(ran.stderr, /^evio: a CNI plugin/);
  t.true(ran.stderr.includes('0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0'));
});
