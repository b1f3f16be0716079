import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { chainsThread } from '../../../adapters/system/chains-thread.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { seal } from '../../../domain/chain.ts';
import type { Metadata } from '../../../domain/envelope.ts';
import type { LogReader } from '../../../domain/port/log-reader.ts';
import { verifyLog } from '../../../domain/verify/verify-log.ts';
import { verifyBeside } from '../../../services/evioctl/verify-beside.ts';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { writeRedactedLog, writeLog as writeSmallLog } from '../../adapters/sqlite/verified-log.ts';
import { append } from '../../contract/event-store/support.ts';
import { joined, leased } from '../../support/cluster.ts';
import { drop, writeEras } from '../../support/dropped.ts';
import { podAdded, podDeleted } from '../../support/events.ts';
import { generatedAppends, hostStreamOf } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { beginning, cluster, host } from '../../support/told-history.ts';
import { scratch, writeLog } from './verify-scene.ts';

const program = new URL('../../../services/chains/main.ts', import.meta.url);

const opened = (t: ExecutionContext, path: string): LogReader => {
  const log = must(openSqliteReader(path));
  t.teardown(log.close);
  return log;
};

const beside = (log: LogReader, path: string, file = program) =>
  verifyBeside(chainsThread(file, { path, last: log.end()?.position ?? -1 }), log, () => undefined);

const alone = (log: LogReader) => verifyLog(sha256, log, () => undefined);

test('two threads find what one finds: heads, end, keys and what was redacted', async (t) => {
  for (const path of [await writeSmallLog(t), await writeRedactedLog(t)]) {
    const log = opened(t, path);
    const { fault, breach, keys, ...others } = alone(log);
    t.deepEqual([fault, breach, keys.length > 0], [undefined, undefined, true]);
    t.deepEqual(await beside(log, path), { fault, breach, keys, ...others });
  }
});

test('two threads pass archived eras over as one does', async (t) => {
  const path = join(scratch(t), 'log.db');
  const store = openAt(path);
  for (const era of await writeEras(store)) await drop(store, era);
  await store.close();
  const log = opened(t, path);
  const verified = await beside(log, path);
  t.true((verified?.archived.length ?? 0) > 1);
  t.deepEqual([verified?.fault, verified?.breach], [undefined, undefined]);
  t.deepEqual(verified, alone(log));
});

test('two threads hold an era against the end of the one before, as one does', async (t) => {
  const path = join(scratch(t), 'log.db');
  const store = openAt(path);
  const eras = await writeEras(store);
  await store.close();
  t.true(eras.length > 1);
  const log = opened(t, path);
  const verified = await beside(log, path);
  t.deepEqual([verified?.fault, verified?.breach], [undefined, undefined]);
  t.deepEqual(verified, alone(log));
});

test('a broken law is found behind the chains, and only the first', async (t) => {
  const twice = [host(podDeleted('c1', '10.244.0.9')), host(podDeleted('c1', '10.244.0.9'))];
  const told = [...beginning, host(podAdded('c1', '10.244.0.2')), ...twice];
  const path = await writeLog(join(scratch(t), 'log.db'), ...told);
  const log = opened(t, path);
  const verified = await beside(log, path);
  t.like(verified?.breach, { law: 'attachment-known', position: 7 });
  t.deepEqual(verified, alone(log));
});

test('a law that an earlier event breaks than shows it is told of that one', async (t) => {
  const moved = [cluster(joined('node-2', '10.10.0.7')), cluster(leased('node-2', '10.244.1.0/24'))];
  const path = await writeLog(join(scratch(t), 'log.db'), ...beginning, ...moved);
  const log = opened(t, path);
  const verified = await beside(log, path);
  t.like(verified?.breach, { law: 'host-address-choice', position: 6, event: 'NodeJoined' });
  t.deepEqual(verified, alone(log));
});

test('a fault is left to the one thread that names it, wherever it is', async (t) => {
  const changes = [
    `UPDATE event SET payload = payload || ' ' WHERE position = 40`,
    'DELETE FROM event WHERE position = 40',
    `UPDATE stream SET name = name || 'x' WHERE key = 1`,
    `UPDATE meta SET created = '2020-01-01T00:00:00.000Z'`,
  ];
  for (const change of changes) {
    const path = await writeSmallLog(t);
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA foreign_keys = OFF; ${change}`);
    db.close();
    const log = opened(t, path);
    t.not(alone(log).fault, undefined);
    t.is(await beside(log, path), undefined);
  }
});

test('an event that this program does not know is left to the one thread too', async (t) => {
  const path = join(scratch(t), 'log.db');
  const stream = hostStreamOf('node-1');
  const [first] = generatedAppends('nodes=1,events=1,seed=1').flatMap(({ events }) => events);
  if (first === undefined) throw new Error('no event was generated');
  const { payloadHash: _, ...metadata } = JSON.parse(first.metadata) as Metadata;
  const unheard = { id: ids.random(), type: 'PodFrozen', payload: '{}', metadata };
  const store = openAt(path);
  await append(store, {
    stream,
    expectedRevision: 'no-stream',
    events: seal(sha256, stream, undefined, [unheard]),
  });
  await store.close();
  const log = opened(t, path);
  t.is(alone(log).fault?.type, 'unknown-event');
  t.is(await beside(log, path), undefined);
});

test('what is appended meanwhile is another moment', async (t) => {
  const path = await writeLog(join(scratch(t), 'log.db'), ...beginning);
  const before = opened(t, path);
  const db = new DatabaseSync(path);
  db.exec(`INSERT INTO event SELECT position + 1, stream, revision + 1, randomblob(16), type, payload, metadata, hash,
    recorded_at, log_hash FROM event ORDER BY position DESC LIMIT 1`);
  db.close();
  t.is(opened(t, path).end()?.position, beginning.length);
  t.deepEqual(await beside(before, path), alone(before));
});

test('chains of another log prove nothing of this one', async (t) => {
  const folder = scratch(t);
  const path = await writeLog(join(folder, 'log.db'), ...beginning, host(podAdded('c1', '10.244.0.2')));
  const other = await writeLog(join(folder, 'other.db'), ...beginning, host(podAdded('c2', '10.244.0.2')));
  t.is(await beside(opened(t, path), other), undefined);
});

test('a thread that fails, or ends without a word, proves nothing', async (t) => {
  const folder = scratch(t);
  const path = await writeLog(join(folder, 'log.db'), ...beginning);
  for (const text of ['throw new Error("no")', '', 'process.exit(3)']) {
    const file = join(folder, 'thread.mjs');
    writeFileSync(file, text);
    t.is(await beside(opened(t, path), path, pathToFileURL(file)), undefined);
  }
  t.is(await beside(opened(t, path), join(folder, 'missing.db')), undefined);
});
