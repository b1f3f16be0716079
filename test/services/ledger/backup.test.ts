import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openEsdbStore } from '../../../adapters/esdb/open.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { oneByOne } from '../../contract/event-store/support.ts';
import { cause, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { freePort } from '../../support/free-port.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;
const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;

const ledger = (...args: ReadonlyArray<string>) => runToEnd([process.execPath, program, ...args]);

const verify = async (t: ExecutionContext, path: string): Promise<void> => {
  const { code, out, err } = await runToEnd([process.execPath, evioctl, '--log', path, 'verify']);
  t.is(code, 0, `${out}${err}`);
};

/** A log with two configured clusters; programs of generation 4 read along in the second. */
const makeLog = async (path: string): Promise<void> => {
  const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
  for (const [cluster, minReader] of [
    ['evio', 5],
    ['lab', 4],
  ] as const) {
    const writer = await opened(openCluster({ store, clock, ids, sha256 }, cluster as ClusterName));
    await opened(writer.transact({ type: 'configure', ...configuration, minReader }, cause())());
  }
  await store.close();
};

const typesIn = (path: string, stream: string): ReadonlyArray<string> => {
  const log = must(openSqliteReader(path));
  const types = [...log.streamPages(stream, 0)].flat().map(({ type }) => type);
  log.close();
  return types;
};

test('a backup under load is whole; restored, the log is a new epoch, says so in its clusters, and followers notice', async (t) => {
  const folder = await scratch(t);
  const [log, backup] = [join(folder, 'ledger.db'), join(folder, 'backup.db')];
  await makeLog(log);
  const port = await freePort();
  const server = spawnLedger(t, ...insecurely(folder, port));
  await server.says('serving');
  const client = await startClient(t, '@eventstore/db-client', insecureUrl(port));
  const appending = client.run(async ({ client, library }) => {
    let count = 0;
    let ending = false;
    process.once('SIGUSR2', () => {
      ending = true;
    });
    for (; !ending; count += 1)
      await client.appendToStream('load', library.jsonEvent({ type: 'Placed', data: {} }));
    return count;
  });
  const backedUp = await ledger('backup', backup, '--log', log, '--json');
  t.is(backedUp.code, 0, backedUp.err);
  await verify(t, backup);
  const { position } = JSON.parse(backedUp.out).end;
  client.process.kill('SIGUSR2');
  const appended = await appending;
  t.true(appended > 0);

  const following = must(await openEsdbStore({ text: insecureUrl(port), clock, timer, ids, sha256 }));
  t.teardown(following.close);
  const followed: RecordedEvent[] = [];
  const follower = (async () => {
    for await (const event of oneByOne(
      following.subscribe({ from: 0, signal: new AbortController().signal }),
    ))
      followed.push(event);
  })();
  await eventually('it has caught up', async () => followed.length === 3 || undefined);

  const refused = await ledger('restore', backup, '--log', log);
  t.is(refused.code, 1);
  t.regex(refused.err, /has it open\n {7}end it first/);
  t.is(await server.end(), 0);
  const restored = await ledger('restore', backup, '--log', log);
  t.is(restored.code, 0, restored.err);
  t.regex(restored.out, /is restored: .*ledger\.db, epoch 2, up to position/);
  t.regex(
    restored.out,
    /events that were recorded behind the backup are not in it any more; the log of before is kept: /,
  );
  t.regex(restored.out, /^recorded in evio: LogRestored$/m);
  t.regex(restored.out, /^not recorded in lab, where minReader is below 5/m);
  t.deepEqual(typesIn(log, 'cluster-evio'), ['ClusterConfigured', 'LogRestored']);
  t.deepEqual(typesIn(log, 'cluster-lab'), ['ClusterConfigured']);
  t.deepEqual(typesIn(log, 'evio-log'), ['LogIdentified', 'LogIdentified']);
  await verify(t, log);

  const again = spawnLedger(t, ...insecurely(folder, port));
  t.like(await again.says('serving'), { epoch: 2 });
  const said = await client.run(async ({ client, library }) => {
    const found = [];
    for await (const { event } of client.readStream('evio-log')) found.push(event.data.epoch);
    for await (const { event } of client.readStream('cluster-evio', {
      direction: 'backwards',
      fromRevision: library.END,
      maxCount: 1,
    }))
      found.push(event.data);
    return found;
  });
  t.like(await t.throwsAsync(follower), { type: 'restored' } as never);
  t.is(followed.length, 3);
  t.deepEqual(said, [1, 2, { epoch: 2, backup: { epoch: 1, position } }]);
  t.is(await again.end(), 0);
});

test('a restore that was interrupted before it was recorded is recorded at the next start, once', async (t) => {
  const folder = await scratch(t);
  const [log, backup] = [join(folder, 'ledger.db'), join(folder, 'backup.db')];
  await makeLog(log);
  const port = await freePort();
  const serveOnce = async () => {
    const server = spawnLedger(t, ...insecurely(folder, port));
    await server.says('serving');
    t.is(await server.end(), 0);
  };
  await serveOnce();
  t.is((await ledger('backup', backup, '--log', log)).code, 0);
  const { restoreSqliteBackup } = await import('../../../adapters/sqlite/restore-backup.ts');
  must(await restoreSqliteBackup(clock)(backup, log)());
  t.deepEqual(typesIn(log, 'cluster-evio'), ['ClusterConfigured']);
  for (const _ of [1, 2]) await serveOnce();
  t.deepEqual(typesIn(log, 'cluster-evio'), ['ClusterConfigured', 'LogRestored']);
  await verify(t, log);
});

test('what is no backup, or no place for one, is refused and changes nothing', async (t) => {
  const folder = await scratch(t);
  const log = join(folder, 'ledger.db');
  await makeLog(log);
  const before = (await readdir(folder)).filter((name) => !/-(lock|shm|wal)$/.test(name));
  for (const [args, words] of [
    [
      ['restore', join(folder, 'none.db')],
      /none\.db: it is not there\n +name a file that evio-ledger backup wrote/,
    ],
    [['restore', log], /it is the backup itself/],
    [['backup', log], /nothing is ever replaced/],
  ] as const) {
    const { code, err } = await ledger(...args, '--log', log);
    t.is(code, 1);
    t.regex(err, words);
  }
  t.deepEqual(
    (await readdir(folder)).filter((name) => !/-(lock|shm|wal)$/.test(name)),
    before,
  );
  await rm(log);
});

test('backup and restore take the log that the configuration names', async (t) => {
  const folder = await scratch(t);
  const [log, backup, config] = ['ledger.db', 'backup.db', 'ledger.json'].map((name) => join(folder, name));
  if (log === undefined || backup === undefined || config === undefined) return t.fail();
  await makeLog(log);
  await writeFile(config, JSON.stringify({ log, listen: '127.0.0.1:2113' }));
  const backedUp = await ledger('backup', backup, '--config', config);
  t.is(backedUp.code, 0, backedUp.err);
  const restored = await ledger('restore', backup, '--config', config);
  t.is(restored.code, 0, restored.err);
  t.true(restored.out.includes(`is restored: ${log}, epoch 2`), restored.out);
});
