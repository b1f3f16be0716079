import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Ended, runToEnd } from '../support/node.ts';

const root = resolve(import.meta.dirname, '../..');

type Given = {
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: ReadonlyArray<string>;
};

const writeConfiguration = async (t: ExecutionContext, text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-config-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'agent.json');
  await writeFile(path, text);
  return path;
};

const start = async (
  t: ExecutionContext,
  service: string,
  { file, env, flags = [] }: Given,
): Promise<Ended> => {
  const named = file === undefined ? [] : ['--config', await writeConfiguration(t, file)];
  return runToEnd([process.execPath, join(root, `services/${service}/main.ts`), ...named, ...flags], {
    env: { PATH: process.env['PATH'], ...env },
  });
};

/** Each option by what `--print-config` says of it. */
const configured = async (t: ExecutionContext, given: Given, service = 'agent') => {
  const { code, out, err } = await start(t, service, {
    ...given,
    flags: [...(given.flags ?? []), '--print-config'],
  });
  if (code !== 0) throw new Error(err);
  return Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map((line) => {
        const [, key = '', value = '', source = ''] = /^(\S+) +(\S+) +(.*)$/.exec(line) ?? [];
        return [key, `${value} from ${source.replace(/\/\S+/, 'FILE')}`];
      }),
  );
};

test.serial(
  'a flag goes before the environment, that before the file, that before the default',
  async (t) => {
    const file = '{"mtu": 1300}';
    const env = { EVIO_MTU: '1301' };
    const flags = ['--mtu', '1302'];
    const mtu = async (given: Given) => (await configured(t, given))['mtu'];
    t.is(await mtu({}), '1410 from default');
    t.is(await mtu({ file }), '1300 from file FILE');
    t.is(await mtu({ file, env }), '1301 from environment EVIO_MTU');
    t.is(await mtu({ file, env, flags }), '1302 from flag --mtu');
    t.is(await mtu({ file, flags }), '1302 from flag --mtu');
  },
);

test.serial('every kind of option can stand in the file', async (t) => {
  const file = JSON.stringify({
    node: 'node-7',
    coolDown: 2.5,
    diskBudget: '512MiB',
    antiSpoofing: 'off',
    masqueradeExclude: ['192.0.2.0/24', '2001:db8::/32'],
    metricsListen: '[::1]:9436',
  });
  t.like(await configured(t, { file }), {
    node: '"node-7" from file FILE',
    coolDown: '2.5 from file FILE',
    diskBudget: '536870912 from file FILE',
    antiSpoofing: '"off" from file FILE',
    masqueradeExclude: '["192.0.2.0/24","2001:db8::/32"] from file FILE',
    metricsListen: '{"host":"::1","port":9436} from file FILE',
    socket: '"/run/evio/agent.sock" from default',
  });
});

test.serial('a list in the environment stands between commas, and a flag replaces it', async (t) => {
  const env = { EVIO_MASQUERADE_EXCLUDE: '192.0.2.0/24, 198.51.100.0/24' };
  t.like(await configured(t, { env }), {
    masqueradeExclude: '["192.0.2.0/24","198.51.100.0/24"] from environment EVIO_MASQUERADE_EXCLUDE',
  });
  const flags = ['--masquerade-exclude', '203.0.113.0/24', '--masquerade-exclude', '10.0.0.0/8'];
  t.like(await configured(t, { env, flags }), {
    masqueradeExclude: '["203.0.113.0/24","10.0.0.0/8"] from flag --masquerade-exclude',
  });
});

test.serial('agent and config-gen read one file, each its own keys of it', async (t) => {
  const file = '{"bridge": "br-evio", "wait": 7, "logLevel": "debug"}';
  const agent = await configured(t, { file });
  t.like(agent, { bridge: '"br-evio" from file FILE', logLevel: '"debug" from file FILE' });
  t.false('wait' in agent);
  const configGen = await configured(t, { file }, 'config-gen');
  t.like(configGen, { bridge: '"br-evio" from file FILE', wait: '7 from file FILE' });
  t.false('logLevel' in configGen);
});

test.serial('evioctl finds socket and log by the same file', async (t) => {
  const file = '{"socket": "/run/other/a.sock", "stateDir": "/var/lib/other", "mtu": 1300}';
  const status = await start(t, 'evioctl', { file, flags: ['status'] });
  t.is(status.code, 3);
  t.true(status.err.includes('/run/other/a.sock'), status.err);
  const verify = await start(t, 'evioctl', { file, flags: ['verify'] });
  t.is(verify.code, 1);
  t.true(verify.err.includes('/var/lib/other/ledger.db'), verify.err);
  const flag = await start(t, 'evioctl', { file, flags: ['--socket', '/run/flag.sock', 'status'] });
  t.true(flag.err.includes('/run/flag.sock'), flag.err);
  t.is((await start(t, 'evioctl', { file: '{', flags: ['status'] })).code, 2);
});

const refused: ReadonlyArray<readonly [what: string, given: Given, said: RegExp]> = [
  [
    'a key that nobody knows, with what was meant',
    { file: '{"mtuu": 1}' },
    /"mtuu" \(1\) is no option: did you mean "mtu"\?/,
  ],
  [
    'a key far from all others, with those there are',
    { file: '{"colour": "red"}' },
    /"colour" \("red"\) is no option: there are cluster, node, .*, replace$/m,
  ],
  [
    'a value that its flag would refuse',
    { file: '{"mtu": 99}' },
    /agent\.json: "mtu" is 99: a number from 1280 to 65535\./,
  ],
  ['the same where a flag would win', { file: '{"mtu": 99}', flags: ['--mtu', '1410'] }, /"mtu" is 99/],
  [
    'a value that is not among the choices',
    { file: '{"antiSpoofing": "maybe"}' },
    /"antiSpoofing" is "maybe": Allowed choices are on, off\./,
  ],
  [
    'a value of another kind',
    { file: '{"antiSpoofing": true}' },
    /"antiSpoofing" is true: a text or a number is expected\./,
  ],
  [
    'one bad member of a list',
    { file: '{"masqueradeExclude": ["10.0.0.1/8"]}' },
    /host bits are set: write 10\.0\.0\.0\/8\./,
  ],
  ['a list of lists', { file: '{"masqueradeExclude": [["10.0.0.0/8"]]}' }, /a list of texts is expected\./],
  ['what is no JSON', { file: '{"mtu": ' }, /agent\.json: it is not JSON: /],
  ['what is no object', { file: '[]' }, /agent\.json: it is not a JSON object/],
  [
    'a named file that is not there',
    { flags: ['--config', '/nowhere/agent.json'] },
    /\/nowhere\/agent\.json: there is no such file/,
  ],
  ['a named folder', { env: { EVIO_CONFIG: '/' } }, /\/: .*EISDIR/],
  [
    'a variable',
    { env: { EVIO_MTU: 'big' } },
    /'--mtu <bytes>' value 'big' from env 'EVIO_MTU' is invalid\. a number from 1280/,
  ],
  [
    'a flag',
    { flags: ['--metrics-listen', '9436'] },
    /'--metrics-listen <host:port>' argument '9436' is invalid\. HOST:PORT/,
  ],
];

for (const [what, given, said] of refused)
  test.serial(`refused before anything is begun: ${what}`, async (t) => {
    // Were it taken, it would be printed: no agent begins on this machine.
    const flags = [...(given.flags ?? []), '--print-config'];
    const { code, out, err } = await start(t, 'agent', { ...given, flags });
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, said);
  });

test.serial(
  'evio-config-gen ends with exit code 2 and with flag, value and remedy, as the others do',
  async (t) => {
    for (const [given, said] of [
      [
        { flags: ['--wait', 'nonsense'] },
        /'--wait <seconds>' argument 'nonsense' is invalid\. a number of seconds/,
      ],
      [
        { env: { EVIO_WAIT: '-1' } },
        /'--wait <seconds>' value '-1' from env 'EVIO_WAIT' is invalid\. a number of/,
      ],
      [{ file: '{"wait": "soon"}' }, /agent\.json: "wait" is "soon": a number of seconds, such as 30\./],
      [{ flags: ['--weit', '3'] }, /unknown option '--weit'\n\(Did you mean --wait\?\)/],
    ] as const) {
      // Were it taken, it would be printed: nothing begins on this machine.
      const flags = [...('flags' in given ? given.flags : []), '--print-config'];
      const { code, out, err } = await start(t, 'config-gen', { ...given, flags });
      t.like({ code, out }, { code: 2, out: '' }, err);
      t.regex(err, said);
    }
    t.is((await start(t, 'config-gen', { flags: ['--help'] })).code, 0);
  },
);
