import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runToEnd } from '../../support/run-to-end.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A program with a folder of its own, to its end. */
const run = async (t: ExecutionContext, program: string, ...args: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-ledger-option-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const flags = ['--state-dir', join(folder, 'state'), '--socket', join(folder, 'run/agent.sock')];
  const ended = await runToEnd([
    process.execPath,
    join(root, `services/${program}/main.ts`),
    ...flags,
    ...args,
  ]);
  return { ...ended, left: readdirSync(folder), folder };
};

const refused: ReadonlyArray<readonly [what: string, address: string, words: RegExp]> = [
  [
    'a log that ends with its process',
    'memory:',
    /--ledger "memory:" names a log that ends with its process: write sqlite:PATH or esdb:/,
  ],
  [
    'what is no connection string',
    'ledger.example:2113',
    /--ledger "ledger\.example:2113" is no connection string: write sqlite:PATH or esdb:/,
  ],
  ['a host that is none', 'esdb://ledger example', /"?ledger example"? is no host: write NAME:PORT/],
  [
    'an option that nobody knows',
    'esdb://ledger?tsl=false',
    /--ledger option "?tsl"? is not known: write tls/,
  ],
];

for (const [what, address, words] of refused)
  test(`--ledger is refused by key, value and remedy, and nothing is begun: ${what}`, async (t) => {
    const { code, err, left } = await run(t, 'agent', '--ledger', address);
    t.is(code, 1, err);
    t.regex(err, words);
    t.deepEqual(left, []);
  });

for (const program of ['agent', 'config-gen'])
  test(`${program} takes no file but the node's own log for its ledger`, async (t) => {
    const { code, err, left } = await run(t, program, '--ledger', 'sqlite:/var/lib/other/ledger.db');
    t.is(code, 1, err);
    t.regex(
      err,
      /--ledger \\?"?sqlite:\/var\/lib\/other\/ledger\.db\\?"? names another file than the log of this node/,
    );
    t.regex(err, /leave it out \(the log is \S+\/state\/ledger\.db\), or write esdb:/);
    t.deepEqual(left, []);
  });

test('a password never stands in a refusal, nor where the configuration is shown', async (t) => {
  const wrong = await run(t, 'agent', '--ledger', 'esdb://node-1:opensesame@ledger?tls=maybe');
  t.regex(wrong.err, /--ledger option tls "?maybe"? will not do: write true or false/);
  const shown = await run(t, 'agent', '--ledger', 'esdb://node-1:opensesame@ledger', '--print-config');
  t.is(shown.code, 0, shown.err);
  t.regex(shown.out, /ledger .*node-1:…@ledger.* flag --ledger/);
  for (const text of [wrong.err, wrong.out, shown.out]) t.false(text.includes('opensesame'));
});

test('where the file of the node names its ledger, evioctl asks the node’s own log all the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-ledger-option-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'agent.json');
  writeFileSync(file, JSON.stringify({ ledger: 'esdb://127.0.0.1:1?tls=false', stateDir: folder }));
  const asked = await runToEnd([
    process.execPath,
    join(root, 'services/evioctl/main.ts'),
    '--config',
    file,
    'verify',
  ]);
  t.is(asked.code, 1);
  t.regex(asked.err, new RegExp(`${folder}/ledger\\.db`));
});
