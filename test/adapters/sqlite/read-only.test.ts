import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { toRead } from '../../../adapters/sqlite/to-read.ts';
import { numbered } from '../../contract/client-log/support.ts';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { runSync } from '../../support/run.ts';
import { openAt, scratchFolder } from './scratch.ts';
import { verify } from './verified-log.ts';

/** A backup of five events on a medium that is then read-only; `left` is what else lies there. */
const onMedium = async (t: ExecutionContext, left: (backup: string) => void = () => undefined) => {
  const folder = scratchFolder(t);
  const log = join(folder, 'log.db');
  const store = openAt(log);
  must(await store.clients.append({ stream: 'orders', expected: 'any', events: numbered(0, 5) })());
  await store.close();
  const medium = scratchFolder(t);
  runSync('mount', '-t', 'tmpfs', '-o', 'size=4m,mode=755', 'evio-test', medium);
  t.teardown(() => runSync('umount', medium));
  const backup = join(medium, 'backup.db');
  must(await backUpSqliteLog(log, backup)());
  left(backup);
  runSync('mount', '-o', 'remount,ro', medium);
  return { folder, medium, backup, log };
};

test('a backup on a read-only medium is read, restored and backed up again, and nothing is left there', async (t) => {
  const { folder, medium, backup, log } = await onMedium(t);
  const reader = must(openSqliteReader(backup));
  t.is(reader.end()?.position, 4);
  t.is(reader.damage(), undefined);
  reader.close();
  t.like(must(await restoreSqliteBackup(realClock)(backup, log)()), { epoch: 2, end: { position: 4 } });
  t.is(verify(log), undefined);
  const again = join(folder, 'again.db');
  must(await backUpSqliteLog(backup, again)());
  t.is(verify(again), undefined);
  t.deepEqual(readdirSync(medium), ['backup.db']);
});

test('beside a write-ahead file, whose events would be passed over, it is refused', async (t) => {
  const { backup } = await onMedium(t, (backup) => writeFileSync(`${backup}-wal`, 'some'));
  t.like(openSqliteReader(backup), { left: { reason: 'unable to open database file' } });
  t.true(E.isLeft(openSqliteReader(backup)));
});

test('a log that somebody writes, seen through a mount that is read-only, is read as he leaves it', async (t) => {
  const [folder, mount] = [scratchFolder(t), scratchFolder(t)];
  runSync('mount', '--bind', '-o', 'ro', folder, mount);
  t.teardown(() => runSync('umount', mount));
  const store = openAt(join(folder, 'log.db'));
  t.teardown(() => store.close());
  const seen = join(mount, 'log.db');
  t.is(toRead(seen), seen, 'with its locks');
  must(await store.clients.append({ stream: 'orders', expected: 'any', events: numbered(0, 5) })());
  const reader = must(openSqliteReader(seen));
  t.teardown(() => reader.close());
  t.is(reader.end()?.position, 4);
});

test('a log that is mounted by itself may have more beside it where it lies', async (t) => {
  const { backup } = await onMedium(t);
  const elsewhere = scratchFolder(t);
  runSync('mount', '-t', 'tmpfs', '-o', 'size=1m,mode=755', 'evio-test', elsewhere);
  t.teardown(() => runSync('umount', '--recursive', elsewhere));
  const mounted = join(elsewhere, 'log.db');
  writeFileSync(mounted, '');
  runSync('mount', '--bind', backup, mounted);
  runSync('mount', '-o', 'remount,ro', elsewhere);
  t.is(toRead(mounted), mounted);
});
