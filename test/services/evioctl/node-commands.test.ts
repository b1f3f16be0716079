import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { cause, opened } from '../../support/allocator.ts';
import { configuration, join as joinCommand, life } from '../../support/cluster.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { freePort } from '../../support/free-port.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from '../ledger/server-process.ts';

const script = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;

/** A log with a cluster of one node, at rest. */
const oneNode = async (folder: string, minReader = 6): Promise<string> => {
  const path = join(folder, 'ledger.db');
  const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
  const cluster = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  const commands: ReadonlyArray<ClusterCommand> = [
    { type: 'configure', ...configuration, minReader },
    joinCommand('node-1', clock.now()),
  ];
  for (const command of commands) await opened(cluster.transact(command, cause())());
  await store.close();
  return path;
};

const evioctlIn =
  (folder: string) =>
  (ledger: string, ...args: ReadonlyArray<string>) =>
    runToEnd([process.execPath, script, ...args], {
      env: { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache'), EVIO_LEDGER: ledger },
    });

test('over the wire an operator revokes and attests, and the allocator releases', async (t) => {
  const folder = await scratch(t);
  await oneNode(folder);
  const port = await freePort();
  const server = spawnLedger(t, ...insecurely(folder, port));
  await server.says('serving');
  const evioctl = evioctlIn(folder);
  const ask = (...args: ReadonlyArray<string>) => evioctl(insecureUrl(port), ...args);

  const other = await ask('revoke', 'node-1', '--reason', 'moved', '--cluster', 'other');
  t.is(other.code, 1);
  t.regex(other.err, /^error: the log has no cluster other\n +correct --cluster, /);
  const revoked = await ask('--json', 'revoke', 'node-1', '--reason', 'moved');
  t.deepEqual(JSON.parse(revoked.out), { node: 'node-1', revoked: ['10.244.0.0/24'] }, revoked.err);
  t.regex((await ask('leases')).out, / revoked /);
  const attested = await ask('--json', 'attest', 'node-1', '--destroyed', '--reason', 'burnt');
  t.deepEqual(JSON.parse(attested.out), { node: 'node-1', revoked: [], attested: life(1) });
  await eventually('it is released', async () =>
    (await ask('leases')).out.startsWith('0 leases ') ? true : undefined,
  );
  const log = await ask('log', '--ndjson', '--limit', '1000');
  const events = log.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly payload: { readonly by?: string } })
    .slice(-4);
  t.deepEqual(
    events.map(({ type, payload: { by } }) => [type, by]),
    [
      ['LeaseRevoked', undefined],
      ['NodeAttested', undefined],
      ['SubnetReleased', 'attestation'],
      ['NodeLeft', undefined],
    ],
  );
  t.is((await ask('verify')).code, 0);
  t.is(await server.end(), 0);
});

test('a log that no server has open is written in place', async (t) => {
  const folder = await scratch(t);
  const path = await oneNode(folder);
  const done = await evioctlIn(folder)(`sqlite:${path}`, 'revoke', 'node-1', '--reason', 'moved');
  t.is(done.code, 0, done.err);
  t.regex((await evioctlIn(folder)(`sqlite:${path}`, 'leases')).out, / revoked /);
});

test('a log that is not there is not made by a word on a node', async (t) => {
  const folder = await scratch(t);
  for (const args of [
    ['revoke', 'node-1', '--reason', 'moved'],
    ['attest', 'node-1', '--destroyed', '--reason', 'burnt'],
  ]) {
    const refused = await evioctlIn(folder)(`sqlite:${join(folder, 'typo.db')}`, ...args);
    t.deepEqual(
      [refused.code, refused.err],
      [1, `error: ${join(folder, 'typo.db')}: it is not there\n       name the log with --log\n`],
    );
  }
  t.deepEqual(await readdir(folder), []);
});

test('a cluster is configured over the wire and in a file as by an agent, in the same words', async (t) => {
  const folder = await scratch(t);
  const port = await freePort();
  const server = spawnLedger(t, ...insecurely(folder, port));
  await server.says('serving');
  const evioctl = evioctlIn(folder);
  const configure = (ledger: string, podCidr: string, ...args: ReadonlyArray<string>) =>
    evioctl(
      ledger,
      ...['configure', '--pod-cidr', podCidr, '--node-bits', '8', '--host-cidr', '10.10.0.0/16', ...args],
    );
  for (const ledger of [insecureUrl(port), `sqlite:${join(folder, 'other.db')}`]) {
    const words = 'pods 10.244.0.0/16 for 256 nodes; hosts 10.10.0.0/16; quarantine 86400 s\n';
    const nobodys = await configure(ledger, '10.244.0.0/16');
    t.is(nobodys.code, 1, 'none is begun that nobody named');
    const first = await configure(ledger, '10.244.0.0/16', '--cluster', 'evio');
    t.is(first.out, `configured: ${words}`, first.err);
    t.is((await configure(ledger, '10.244.0.0/16')).out, `already configured: ${words}`);
    const lab = await configure(ledger, '10.8.0.0/16', '--cluster', 'lab', '--json');
    t.like(JSON.parse(lab.out), { changed: true }, lab.err);
    const wrong = await configure(ledger, '10.244.0.16/16');
    t.is(wrong.code, 1);
    t.regex(wrong.err, /^error: podCidr "10\.244\.0\.16\/16" has host bits set/);
    const log = await evioctl(ledger, '--ndjson', 'log', '--limit', '1000');
    const configured = log.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly stream: string })
      .filter(({ type }) => type === 'ClusterConfigured');
    t.deepEqual(
      configured.map(({ stream }) => stream),
      ['cluster-evio', 'cluster-lab'],
    );
  }
  t.is(await server.end(), 0);
});

test('a ledger that cannot be reached is named, with what helps', async (t) => {
  const folder = await scratch(t);
  const address = `esdb://127.0.0.1:${await freePort()}?tls=false`;
  const refused = await evioctlIn(folder)(address, 'revoke', 'node-1', '--reason', 'moved');
  t.is(refused.code, 1);
  t.regex(refused.err, /^error: the ledger esdb:\/\/127\.0\.0\.1:\d+\S* cannot be reached: .*ECONNREFUSED/m);
  t.regex(refused.err, /\n +nothing was changed; is it running, is this its address, .* tlsCAFile /);
});

test('a ledger that takes the connection and says nothing is said to be waited for, and given up', async (t) => {
  const silent = createServer((socket) => void socket.on('error', () => undefined));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  t.teardown(() => silent.close());
  // A minute, where nothing is said of the deadline.
  const ledger = `esdb://127.0.0.1:${port}?tls=false&defaultDeadline=1000`;
  const evioctl = evioctlIn(await scratch(t));
  const [revoked, leases] = await Promise.all([
    evioctl(ledger, 'revoke', 'node-1', '--reason', 'moved'),
    evioctl(ledger, 'leases'),
  ]);
  const words = `esdb://127.0.0.1:${port}?tls=false&defaultDeadline=1000`.replace(/[?.]/g, '\\$&');
  t.is(revoked.code, 1);
  t.regex(revoked.err, new RegExp(`^waiting for the ledger ${words} since \\d+ s\\n`));
  const gone = new RegExp(
    `^error: the ledger ${words} cannot be reached: nothing was heard of it for 6 s\\n`,
    'm',
  );
  t.regex(revoked.err, gone);
  t.regex(revoked.err, /\n +nothing was changed; is it running/);
  t.is(leases.code, 1);
  t.regex(leases.err, gone);
});

test('of a decision whose answer is lost evioctl says that it may stand, with exit code 3; asked again it is decided once', async (t) => {
  const folder = await scratch(t);
  await oneNode(folder);
  const port = await freePort();
  await spawnLedger(t, ...insecurely(folder, port)).says('serving');
  const proxy = await cuttingProxy(t, port);
  const evioctl = evioctlIn(folder);
  const revoke = (ledger: string) => evioctl(ledger, '--json', 'revoke', 'node-1', '--reason', 'unheard of');
  proxy.deafenAt('unheard of');
  const unanswered = await revoke(`${insecureUrl(proxy.port)}&defaultDeadline=500`);
  t.is(unanswered.code, 3);
  const { msg, remedy } = JSON.parse(unanswered.out).error;
  t.regex(msg, /did not answer: nothing was heard of it for 3 s$/);
  t.regex(
    remedy,
    /^it may have been decided all the same: see with evioctl leases or log, with --ledger, or ask/,
  );
  t.regex((await evioctl(insecureUrl(port), 'leases')).out, / revoked /);
  t.like(JSON.parse((await revoke(insecureUrl(port))).out), { revoked: [] });
});

test('where older programs read along, attest is refused with the remedy', async (t) => {
  const folder = await scratch(t);
  const path = await oneNode(folder, 5);
  const { code, err } = await evioctlIn(folder)(
    `sqlite:${path}`,
    ...['attest', 'node-1', '--destroyed', '--reason', 'burnt'],
  );
  t.is(code, 1);
  t.is(
    err,
    "error: programs of generation 5 read this cluster's log, and could not read this\n       upgrade every program of the cluster, evioctl configure with --min-reader 6, and ask again\n",
  );
});

for (const [what, args, words] of [
  ['a blank reason', ['revoke', 'node-1', '--reason', ' '], /say why, on one line of up to 500 characters/],
  ['two lines', ['attest', 'node-1', '--destroyed', '--reason', 'burnt\n\u001b[31m'], /say why, on one line/],
  ['no reason', ['revoke', 'node-1'], /'--reason <text>' not specified/],
  ['no node', ['revoke', '--reason', 'moved'], /missing required argument 'node'/],
  [
    'a name that is none',
    ['revoke', 'Node_1', '--reason', 'moved'],
    /a DNS name, as Kubernetes names its nodes/,
  ],
  [
    'a life that is none',
    ['attest', 'node-1', '--destroyed', '--reason', 'burnt', '--incarnation', '7'],
    /an incarnation as evioctl leases --json has it/,
  ],
  [
    'a cluster for the agent to configure, which has one,',
    [
      'configure',
      '--pod-cidr',
      '10.0.0.0/8',
      '--node-bits',
      '4',
      '--host-cidr',
      '172.16.0.0/16',
      '--cluster',
      'lab',
    ],
    /--cluster belongs to --ledger/,
  ],
] as const)
  test(`${what} is wrong usage`, async (t) => {
    const { code, err } = await runToEnd([process.execPath, script, ...args]);
    t.is(code, 2, err);
    t.regex(err, words);
  });
