import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import { openCluster as openIn } from '../../../services/ledger/open-cluster.ts';
import { cause, openCluster, opened, openNode, setUp } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { freePort } from '../../support/free-port.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const modern = { ...configuration, minReader: 5 };
const recordRestore = { type: 'record-restore', epoch: 2, backup: { epoch: 1, position: 7 } } as const;

test('a running allocator goes on with what operators decide beside it', async (t) => {
  const { store, cluster, start, leased, refused, types } = await setUp(t, modern);
  await opened(cluster.transact(recordRestore, cause())());
  const { stop } = start();
  const node = await openNode(store, 'node-1');
  await node.join();
  await eventually('it is refused', async () => refused.get('node-1'));
  t.deepEqual(refused.get('node-1'), { type: 'leasing-paused', epoch: 2 });
  const operator = await openCluster(store);
  await opened(operator.transact({ type: 'resume', reason: 'it is known' }, cause())());
  await node.join();
  t.deepEqual(await leased('node-1'), ['10.244.0.0/24' as never]);
  t.deepEqual(await types(), [
    'ClusterConfigured',
    'LogRestored',
    'LeasingResumed',
    'NodeJoined',
    'SubnetLeased',
  ]);
  t.deepEqual(await stop(), E.right(undefined));
});

test('what an operator decides between the look and the append is looked at again', async (t) => {
  const { store, start, leased } = await setUp(t, modern);
  const operator = await openCluster(store);
  const { append } = store;
  let interfered = false;
  Object.assign(store, {
    append: (wanted: Parameters<typeof append>[0]) => async () => {
      if (wanted.stream === 'cluster-evio' && wanted.events[0]?.type === 'NodeJoined' && !interfered) {
        interfered = true;
        await opened(operator.transact({ type: 'configure', ...modern, quarantineSeconds: 7 }, cause())());
      }
      return append(wanted)();
    },
  });
  const { stop } = start();
  await (await openNode(store, 'node-1')).join();
  await leased('node-1');
  t.true(interfered);
  t.deepEqual(await stop(), E.right(undefined));
});

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;
const resume = (...args: ReadonlyArray<string>) =>
  runToEnd([process.execPath, program, 'resume', '--reason', 'all are known', ...args]);

const lastPayload = (path: string): unknown => {
  const log = must(openSqliteReader(path));
  const last = [...log.streamPages('cluster-evio', 0)].flat().at(-1);
  log.close();
  return [last?.type, JSON.parse(last?.payload ?? '')];
};

test('evio-ledger resume ends the pause, in the file or over the wire, and says where there is none', async (t) => {
  const folder = await scratch(t);
  const path = join(folder, 'ledger.db');
  const restore = async (epoch: number): Promise<void> => {
    const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
    const writer = await opened(openIn({ store, clock, ids, sha256 }, 'evio' as ClusterName));
    await opened(writer.transact({ type: 'configure', ...modern }, cause())());
    await opened(writer.transact({ ...recordRestore, epoch }, cause())());
    await store.close();
  };
  for (const blank of ['', ' ', 'one\ntwo']) {
    const silent = await resume('--log', path, '--reason', blank);
    t.is(silent.code, 2, blank);
    t.regex(silent.err, /say why, on one line of up to 500 characters/);
  }
  const missing = await resume('--log', path);
  t.is(missing.code, 1);
  t.regex(missing.err, /ledger\.db: /);
  await restore(2);
  const done = await resume('--log', path);
  t.is(done.code, 0, done.err);
  t.is(done.out, 'leasing in evio goes on; nodes that were refused meanwhile ask again\n');
  t.deepEqual(lastPayload(path), ['LeasingResumed', { reason: 'all are known' }]);
  t.is((await resume('--log', path)).out, 'leasing in evio is not paused\n');
  const unknown = await resume('--log', path, '--cluster', 'other', '--json');
  t.is(unknown.code, 1);
  t.is(JSON.parse(unknown.out).error.msg, 'the log has no cluster other');

  await restore(3);
  const port = await freePort();
  const server = spawnLedger(t, ...insecurely(folder, port));
  await server.says('serving');
  const inUse = await resume('--log', path);
  t.is(inUse.code, 1);
  t.regex(inUse.err, /is in use by process \d+\n {7}one program per log/);
  const served = await resume('--ledger', insecureUrl(port), '--json');
  t.deepEqual(JSON.parse(served.out), { cluster: 'evio', resumed: true });
  t.is(await server.end(), 0);
});
