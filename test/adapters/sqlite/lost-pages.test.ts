import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { append, event, realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { afterPowerCut, failingDisk } from './disk-image.ts';
import { openAt } from './scratch.ts';

type Store = ReturnType<typeof openAt>;

const keepOpen = (t: ExecutionContext, path: string): Store => {
  const store = openAt(path);
  t.teardown(store.close);
  return store;
};

const count = 'SELECT count(*) AS count FROM event';

/**
 * A log of whose file the disk lost what a checkpoint wrote: it passes for written, and who flushes the file first is told so, and nobody
 * else. It stands in the write-ahead file still, whose index two readers keep alive.
 */
const lostPages = async (t: ExecutionContext) => {
  const { folder, fail, lose, mend } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  const acknowledged: string[] = [];
  const acknowledge = async (store: Store, stream: string): Promise<void> => {
    const events = [event(`"${'x'.repeat(200_000)}"`)];
    await append(store, { stream, expectedRevision: 'no-stream', events });
    acknowledged.push(...events.map(({ id }) => id));
  };
  const store = keepOpen(t, path);
  for (const stream of ['a', 'b', 'c']) await acknowledge(store, stream);
  const early = new DatabaseSync(path, { readOnly: true });
  const late = new DatabaseSync(path, { readOnly: true });
  t.teardown(() => {
    for (const reader of [early, late]) if (reader.isOpen) reader.close();
  });
  early.exec('BEGIN');
  for (const reader of [early, late]) t.is(reader.prepare(count).get()?.['count'], 3);
  await acknowledge(store, 'd');
  fail();
  // It moves what the early reader does not need, and flushes nothing.
  t.deepEqual(await store.clearRemains()(), E.right(false));
  lose();
  mend();
  await store.close();
  return { folder, path, acknowledged, acknowledge, early, late };
};

test('what a checkpoint moved beside a reader, and the disk then lost, is moved again by the next opening', async (t) => {
  const { folder, path, acknowledged, acknowledge, early, late } = await lostPages(t);
  const told = keepOpen(t, path);
  await acknowledge(told, 'e');
  late.exec('BEGIN');
  t.is(late.prepare(count).get()?.['count'], 5);
  early.close();
  t.like(await told.clearRemains()(), { left: { flush: 'refused' } });
  await told.close();

  const store = keepOpen(t, path);
  t.is(late.prepare(count).get()?.['count'], 5);
  late.close();
  t.deepEqual(await store.clearRemains()(), E.right(true));
  await acknowledge(store, 'f');
  t.deepEqual(await afterPowerCut(t, folder, 'cut'), acknowledged);
});

test('a log that is set aside for a backup has all of it on disk, whatever the disk lost before', async (t) => {
  const { folder, path, acknowledged, early } = await lostPages(t);
  early.close();
  const backup = join(folder, 'backup.db');
  must(await backUpSqliteLog(path, backup)());
  const restore = restoreSqliteBackup(realClock)(backup, path);
  const refusal = await restore();
  t.true(E.isLeft(refusal) && 'reason' in refusal.left && /refused to flush/.test(refusal.left.reason));
  const { replaced } = must(await restore());
  t.deepEqual(await afterPowerCut(t, folder, 'cut', basename(replaced?.path ?? '')), acknowledged);
});
