import { chownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { numbered } from '../../contract/client-log/support.ts';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';

/** Users that no machine has. */
const [service, other] = [64_001, 64_002];

const strangersIn = (folder: string, owner: number): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => {
    const { uid, gid } = statSync(join(folder, name));
    return uid !== owner || gid !== owner;
  });

test('a log that root makes, backs up and restores is readable for whose folder it is in', async (t) => {
  const folder = scratchFolder(t);
  chownSync(folder, service, service);
  const [path, backup] = [join(folder, 'log.db'), join(folder, 'backup.db')];
  const store = openAt(path);
  must(await store.clients.append({ stream: 'orders', expected: 'any', events: numbered(0, 1) })());
  t.deepEqual(strangersIn(folder, service), []);
  t.true(readdirSync(folder).includes('log.db-wal'));
  await store.close();
  must(await backUpSqliteLog(path, backup)());
  must(await restoreSqliteBackup(realClock)(backup, path)());
  t.deepEqual(strangersIn(folder, service), []);
  chownSync(path, other, other);
  must(await restoreSqliteBackup(realClock)(backup, path)());
  t.is(statSync(path).uid, other);
});
