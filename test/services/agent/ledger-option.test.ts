import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { ledgerMarkText } from '../../../domain/ship/ledger-mark.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { noOwnDecisions } from '../../../services/ledger-fits.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
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
    t.is(code, 2, err);
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

for (const program of ['agent', 'config-gen'])
  test(`${program} does not begin without the ledger that this log follows`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'evio-ledger-option-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const mark = join(folder, 'ledger.json');
    writeFileSync(mark, ledgerMarkText({ logId: ids.random(), epoch: 1 }));
    const { code, err } = await run(t, program, '--state-dir', folder);
    t.is(code, 1, err);
    t.true(err.includes(`--ledger is not given, and this log follows a ledger (${mark})`), err);
    t.regex(err, /give --ledger; to go on without one set the state folder aside and start anew/);
    t.deepEqual(readdirSync(folder), ['ledger.json']);
  });

/** The folder of a node that decided for its cluster itself. */
const decidedAlone = async (t: ExecutionContext) => {
  const folder = scratchFolder(t);
  const store = openAt(join(folder, 'ledger.db'));
  const cluster = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  await opened(cluster.transact({ type: 'configure', ...configuration }, cause())());
  return { folder, store };
};

for (const program of ['agent', 'config-gen'])
  test(`${program} takes up no ledger with a log that decided for the cluster itself`, async (t) => {
    const { folder, store } = await decidedAlone(t);
    await store.close();
    const ledger = 'esdb://node-1:opensesame@localhost:1';
    const { code, err } = await run(t, program, '--state-dir', folder, '--ledger', ledger);
    t.is(code, 1, err);
    t.regex(
      err,
      /--ledger \\?"localhost:1\\?" was not there when this log began: cluster-evio in it was decided here/,
    );
    t.regex(err, /leave it out to go on as before; to join that ledger end the pods, set the state folder/);
    t.false(readdirSync(folder).includes('ledger.json'));
  });

test('a replica is taken for one, with its mark or without; so is a log in which nothing was decided', async (t) => {
  const { folder, store } = await decidedAlone(t);
  t.teardown(() => store.close());
  const path = join(folder, 'ledger.json');
  const fits = (ownLog: EventStore) =>
    noOwnDecisions(ownLog, files, path, 'evio' as ClusterName, 'ledger:2113');
  t.true(E.isLeft(await fits(store)));
  const replica: EventStore = { ...store, identity: { logId: ids.random(), epoch: 1 } };
  t.true(E.isRight(await fits(replica)), 'without its mark');
  const empty = openAt(join(scratchFolder(t), 'ledger.db'));
  t.teardown(() => empty.close());
  t.true(E.isRight(await fits(empty)));
  writeFileSync(path, ledgerMarkText(store.identity));
  t.true(E.isRight(await fits(store)), 'with its mark');
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
