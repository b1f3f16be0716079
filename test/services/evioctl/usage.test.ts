import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import type { Difference } from '../../../domain/transfer/drift-answer.ts';
import { type Ended, runToEnd } from '../../support/node.ts';

const script = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');
const nowhere = join(tmpdir(), 'evio-nobody-listens-here.sock');

const evioctl = (...args: ReadonlyArray<string>): Promise<Ended> =>
  runToEnd([process.execPath, script, ...args], { env: { PATH: process.env['PATH'] } });

const commands = ['status', 'leases', 'pods', 'log', 'configure', 'leave'];

test.serial('--help names every command, the exit codes and examples', async (t) => {
  const { code, out } = await evioctl('--help');
  t.is(code, 0);
  for (const command of commands) t.regex(out, new RegExp(`^ {2}${command} `, 'm'));
  const exitCodes = ['0  done', '1  refused', '2  wrong usage', '3  the agent does not answer'];
  for (const line of [...exitCodes, '4  the log does not hold']) t.true(out.includes(`\n  ${line}`), line);
  t.regex(out, /--socket <path>.*\(default:[\s\S]*env: EVIO_AGENT_SOCKET\)/);
  t.true(out.includes('evioctl configure --pod-cidr 10.244.0.0/16 --node-bits 8'));
});

const every = [
  ...commands,
  ...[
    'export',
    'import',
    'import host-local',
    'import etcd',
    'verify',
    'anchor',
    'who-had',
    'history',
    'diff',
  ],
  ...['replay', 'simulate-plan', 'redact', 'archive', 'era close', 'drift', 'reconcile'],
  ...['revoke', 'attest'],
  ...['credential issue', 'credential list', 'credential revoke'],
];

test.serial('these are all the commands there are', async (t) => {
  const { out } = await evioctl('complete', '--', '');
  const offered = out.split('\n').flatMap((line) => /^([a-z-]+)\t/.exec(line)?.[1] ?? []);
  t.deepEqual(
    offered.filter((command) => command !== 'complete' && command !== 'help').sort(),
    [...new Set(every.map((command) => command.replace(/ .*/, '')))].sort(),
  );
});

for (const command of every) {
  test.serial(`${command} has its own help, with examples and the options that all share`, async (t) => {
    const { code, out } = await evioctl(...command.split(' '), '--help');
    t.is(code, 0);
    t.regex(out, new RegExp(`^Usage: evioctl ${command}`));
    t.regex(out, new RegExp(`\nExamples:\n {2}evioctl (--\\S+ \\S+ )?${command}`));
    for (const option of ['--json', '--ndjson', '--socket <path>', '--log <path>'])
      t.true(out.includes(`  ${option} `), option);
  });

  test.serial(`completion offers ${command} the options that all share`, async (t) => {
    const { out } = await evioctl('complete', '--', ...command.split(' '), '--');
    for (const option of ['--json', '--ndjson', '--socket', '--log'])
      t.regex(out, new RegExp(`^${option}\t`, 'm'));
  });
}

test.serial('the help of configure says what is refused, and what is not', async (t) => {
  const { out } = await evioctl('configure', '--help');
  t.regex(
    out.replace(/\s+/g, ' '),
    /addresses the cluster has; refused where what nodes have would have no place/,
  );
});

const wrong: ReadonlyArray<readonly [string, ReadonlyArray<string>, RegExp]> = [
  ['no command', [], /Usage: evioctl/],
  ['an unknown command', ['lease'], /unknown command 'lease'[\s\S]*Did you mean one of leases, leave/],
  ['an unknown option', ['pods', '--jsn'], /unknown option '--jsn'/],
  ['a word too many', ['pods', 'all'], /too many arguments/],
  ['an option without its value', ['log', '--from'], /'--from <position>' argument missing/],
  ['configure without its networks', ['configure'], /required option '--pod-cidr/],
];

for (const [what, args, words] of wrong) {
  test.serial(`${what} is wrong usage: exit code 2, and the way to the help`, async (t) => {
    const { code, out, err } = await evioctl('--socket', nowhere, ...args);
    t.is(code, 2);
    t.regex(err, words);
    t.true(err.includes('evioctl --help') || err.includes('Usage:'));
    t.is(out, '');
  });
}

const whole = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];

for (const command of commands) {
  const args = command === 'configure' ? [command, ...whole] : [command];
  test.serial(`${command} without an agent ends with 3 and says what to start`, async (t) => {
    const { code, out, err } = await evioctl('--socket', nowhere, ...args);
    t.is(code, 3);
    t.is(out, '');
    t.is(
      err,
      `error: evio-agent does not answer on ${nowhere}: there is no socket (ENOENT)\n` +
        '       start evio-agent, or name its socket with --socket\n',
    );
  });
}

test.serial('with --json the refusal is JSON where the answer would be', async (t) => {
  const { code, out, err } = await evioctl('--json', '--socket', nowhere, 'pods');
  t.is(code, 3);
  t.is(err, '');
  t.like(JSON.parse(out), {
    error: { type: 'no-agent', remedy: 'start evio-agent, or name its socket with --socket' },
  });
});

test.serial('with --ndjson it is JSON on one line', async (t) => {
  const { code, out, err } = await evioctl('--socket', nowhere, 'pods', '--ndjson');
  t.deepEqual([code, err], [3, '']);
  t.is(out.split('\n').length, 2, out);
  t.is(JSON.parse(out).error.type, 'no-agent');
});

test.serial('--json and --ndjson exclude each other', async (t) => {
  const { code, out, err } = await evioctl('--json', '--socket', nowhere, 'pods', '--ndjson');
  t.deepEqual([code, out], [2, '']);
  t.regex(err, /option '--ndjson' cannot be used with option '--json'/);
});

test.serial('the socket may come from the environment, and a flag goes before it', async (t) => {
  const env = { PATH: process.env['PATH'], EVIO_AGENT_SOCKET: '/from/the/environment' };
  const run = (...args: ReadonlyArray<string>) => runToEnd([process.execPath, script, ...args], { env });
  t.true((await run('pods')).err.includes('/from/the/environment'));
  t.true((await run('pods', '--socket', nowhere)).err.includes(nowhere));
});

test.serial('complete names the commands that begin so, and prints the scripts of the shells', async (t) => {
  const { code, out } = await evioctl('complete', '--', 'le');
  t.is(code, 0);
  t.deepEqual(
    out
      .split('\n')
      .filter((line) => line.startsWith('le'))
      .map((line) => line.split('\t')[0]),
    ['leases', 'leave'],
  );
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await evioctl('complete', shell);
    t.true(script.code === 0 && script.out.includes('evioctl'), shell);
  }
});

test.serial('colour is for terminals: elsewhere there is none unless it is forced', async (t) => {
  const env = { PATH: process.env['PATH'], FORCE_COLOR: '1' };
  const forced = await runToEnd([process.execPath, script, '--socket', nowhere, 'pods'], { env });
  t.true(forced.err.startsWith('\x1b[31merror:\x1b[39m evio-agent does not answer'), forced.err);
  t.true((await evioctl('--socket', nowhere, 'pods')).err.startsWith('error: '));
});

test.serial('--watch asks again and again until it is ended', async (t) => {
  const watching = spawn(process.execPath, [script, '--socket', nowhere, 'pods', '--watch', '0.1']);
  let asked = 0;
  await new Promise<void>((done) => {
    watching.stderr.on('data', (bytes: Buffer) => {
      asked += bytes.toString('utf8').split('does not answer').length - 1;
      if (asked >= 3) done();
    });
  });
  watching.kill('SIGINT');
  const [, signal] = await once(watching, 'exit');
  t.is(signal, 'SIGINT');
  const { code, err } = await evioctl('pods', '--watch', 'soon');
  t.is(code, 2);
  t.regex(err, /'--watch \[seconds\]' argument 'soon' is invalid\. a number of seconds/);
});

test.serial('the help of drift names every part that a difference can be of', async (t) => {
  const parts: Readonly<Record<Difference['part'], true>> = {
    attachment: true,
    link: true,
    port: true,
    flows: true,
    gateway: true,
    setting: true,
    rules: true,
    cni: true,
  };
  const { out } = await evioctl('drift', '--help');
  for (const part of Object.keys(parts)) t.regex(out, new RegExp(`\\b${part}\\b`));
});
