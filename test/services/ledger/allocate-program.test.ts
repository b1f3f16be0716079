import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openEsdbStore } from '../../../adapters/esdb/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { cause, opened, openNode } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { freePort } from '../../support/free-port.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;

/** A server that decides nothing by itself unless it is told to, and a store over its wire. */
const served = async (t: ExecutionContext, ...flags: ReadonlyArray<string>) => {
  const [folder, port] = [await scratch(t), await freePort()];
  const server = spawnLedger(t, ...insecurely(folder, port), ...flags);
  await server.says('serving');
  const url = insecureUrl(port);
  const store = must(await openEsdbStore({ text: url, clock, timer, ids, sha256 }));
  t.teardown(store.close);
  return { folder, port, url, store, server };
};

const leasesANode = async (t: ExecutionContext, store: EventStore): Promise<void> => {
  const writer = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  // So new that a restore can be recorded in it.
  await opened(writer.transact({ type: 'configure', ...configuration, minReader: 5 }, cause())());
  await (await openNode(store, 'node-1')).join();
  const typesOf = async () =>
    (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type);
  await eventually(
    'the node is leased a subnet',
    async () => (await typesOf()).includes('SubnetLeased') || undefined,
  );
  t.deepEqual(await typesOf(), ['ClusterConfigured', 'NodeJoined', 'SubnetLeased']);
};

test('serve decides the requests that nodes send over the wire', async (t) => {
  const { store } = await served(t);
  await leasesANode(t, store);
});

test('allocate decides them beside an event store of another process, and ends with 0 when it is asked to', async (t) => {
  const { folder, url, store } = await served(t, '--allocate', 'off');
  const allocator = spawnLedger(t, 'allocate', '--ledger', url, '--state-dir', join(folder, 'allocator'));
  t.like(await allocator.says('allocating'), { cluster: 'evio', logId: store.identity.logId });
  await leasesANode(t, store);
  t.is(await allocator.end(), 0);
});

test('allocate ends by name when the ledger is restored, and started again it decides what was asked since', async (t) => {
  const { folder, port, url, store, server } = await served(t, '--allocate', 'off');
  const allocate = () =>
    spawnLedger(t, 'allocate', '--ledger', url, '--state-dir', join(folder, 'allocator'));
  const allocator = allocate();
  await allocator.says('allocating');
  await leasesANode(t, store);
  const [log, backup] = [join(folder, 'ledger.db'), join(folder, 'backup.db')];
  const run = (...args: ReadonlyArray<string>) => runToEnd([process.execPath, program, ...args]);
  const ledger = (...args: ReadonlyArray<string>) => run(...args, '--log', log);
  t.is((await ledger('backup', backup)).code, 0);
  for (const node of ['node-2', 'node-3']) await (await openNode(store, node)).join();
  const joined = async (from: EventStore) =>
    (await Array.fromAsync(from.readStream('cluster-evio')))
      .filter(({ type }) => type === 'NodeJoined')
      .map(({ payload }) => JSON.parse(payload).node);
  await eventually('all are in', async () => (await joined(store)).length === 3 || undefined);
  t.is(await server.end(), 0);
  t.is((await ledger('restore', backup)).code, 0);
  await spawnLedger(t, ...insecurely(folder, port), '--allocate', 'off').says('serving');
  const again = must(await openEsdbStore({ text: url, clock, timer, ids, sha256 }));
  t.teardown(again.close);
  // At positions that the allocator has behind it in the epoch before.
  await (await openNode(again, 'node-4')).join();
  await allocator.says(/the log is not the one that was followed: it was restored: epoch 2 has begun/);
  t.is(await allocator.end(), 1);
  t.deepEqual(await joined(again), ['node-1']);
  const resumed = await run('resume', '--cluster', 'evio', '--reason', 'none of them runs', '--ledger', url);
  t.is(resumed.code, 0, resumed.err);
  t.like(await allocate().says('allocating'), { epoch: 2 });
  await eventually('the node is in', async () => (await joined(again)).length === 2 || undefined);
  t.deepEqual(await joined(again), ['node-1', 'node-4']);
});

test('allocate says which ledger it cannot reach, waits for it, and ends with 0 when it is asked to', async (t) => {
  const [folder, port] = [await scratch(t), await freePort()];
  const state = ['--state-dir', join(folder, 'allocator')];
  // Its own patience comes first, so nothing of it may be silent.
  const [one, other] = [0, 1].map(() => spawnLedger(t, 'allocate', '--ledger', insecureUrl(port), ...state));
  if (one === undefined || other === undefined) return t.fail();
  t.like(await one.says('reaching the ledger'), { ledger: insecureUrl(port) });
  await one.says(/^the ledger cannot be reached: .*ECONNREFUSED/);
  t.is(await other.end(), 0);
  const server = spawnLedger(t, ...insecurely(folder, port), '--allocate', 'off');
  await server.says('serving');
  await one.says('allocating');
  t.is(await one.end(), 0);
});

test('without a ledger, or one that is none, it says what to give', async (t) => {
  for (const [flags, exit, words] of [
    [[], 1, /no ledger is named/],
    [['--ledger', 'memory:'], 2, /names a log that ends with its process/],
  ] as const) {
    const { code, err } = await runToEnd([process.execPath, program, 'allocate', ...flags]);
    t.is(code, exit);
    t.regex(err, words);
  }
});

test('no password is told, wherever the ledger was given and whatever is wrong with it', async (t) => {
  const folder = await scratch(t);
  const config = join(folder, 'ledger.json');
  const path = process.env['PATH'] ?? '';
  const run = (env: Record<string, string>, ...flags: ReadonlyArray<string>) =>
    runToEnd([process.execPath, program, 'allocate', '--print-config', ...flags], {
      env: { PATH: path, EVIO_LEDGER_CONFIG: config, ...env },
    });
  for (const ledger of [
    'esdb://u:hush@ledger',
    'esdb//u:hush@ledger',
    'u:hush@ledger',
    'esdb://u:hush@ledger?tls=no',
  ]) {
    await writeFile(config, '{}');
    const told = [await run({}, '--ledger', ledger), await run({ EVIO_LEDGER: ledger })];
    for (const text of [
      JSON.stringify({ ledger }),
      JSON.stringify({ ledgr: ledger }),
      `{"ledger": ${ledger}"}`,
    ]) {
      await writeFile(config, text);
      told.push(await run({}));
    }
    for (const { out, err } of told) {
      t.false(`${out}${err}`.includes('hush'), `${out}${err}`);
      t.true(`${out}${err}`.includes('ledger'));
    }
  }
});
