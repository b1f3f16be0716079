import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { numbered, placeOf } from '../../contract/client-log/support.ts';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder } from './scratch.ts';
import { verify } from './verified-log.ts';

const restore = restoreSqliteBackup(realClock);

const grow = async (path: string, count: number): Promise<void> => {
  const store = openAt(path);
  must(await store.clients.append({ stream: 'orders', expected: 'any', events: numbered(0, count) })());
  await store.close();
};

/** A log of five events, its backup, and three more in the log since. */
const backedUp = async (t: ExecutionContext) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const backup = join(folder, 'backup.db');
  await grow(path, 5);
  must(await backUpSqliteLog(path, backup)());
  await grow(path, 3);
  return { folder, path, backup };
};

const endOf = (path: string): number | undefined => {
  const reader = must(openSqliteReader(path));
  const end = reader.end()?.position;
  reader.close();
  return end;
};

test('a restored log is the backup in a new epoch, is written on, and what it replaced is kept', async (t) => {
  const { path, backup } = await backedUp(t);
  const before = must(openSqliteReader(path));
  const was = { ...before.identity, end: before.end() };
  before.close();
  const restored = must(await restore(backup, path)());
  t.like(restored, { logId: was.logId, epoch: 2, path });
  t.is(restored.end?.position, 4);
  t.deepEqual(restored.replaced, { path: `${path}-before-epoch-2`, was });
  t.is(endOf(`${path}-before-epoch-2`), 7);
  for (const log of [path, backup, `${path}-before-epoch-2`]) t.is(verify(log), undefined);
  const store = openAt(path);
  t.is(store.identity.epoch, 2);
  const appended = must(
    await store.clients.append({ stream: 'orders', expected: 4, events: numbered(0, 1) })(),
  );
  t.deepEqual(placeOf(appended), { revision: 5, position: 5 });
  await store.close();
});

test('every restoration is an epoch of its own, above all that were seen here', async (t) => {
  const { path, backup } = await backedUp(t);
  for (const epoch of [2, 3, 4]) t.is(must(await restore(backup, path)()).epoch, epoch);
  const elsewhere = join(scratchFolder(t), 'log.db');
  const first = must(await restore(backup, elsewhere)());
  t.is(first.epoch, 2);
  t.is(first.replaced, undefined);
  // Of a log that cannot be read the lock still knows the epoch.
  writeFileSync(path, 'damaged');
  writeFileSync(`${path}-wal`, 'of the damaged one');
  const last = must(await restore(backup, path)());
  t.is(last.epoch, 5);
  t.deepEqual(last.replaced, { path: `${path}-before-epoch-5`, was: undefined });
  t.is(readFileSync(`${path}-before-epoch-5`, 'utf8'), 'damaged');
  t.is(readFileSync(`${path}-before-epoch-5-wal`, 'utf8'), 'of the damaged one');
  const store = openAt(path);
  t.is(store.identity.epoch, 5);
  await store.close();
});

test('events that stood in the write-ahead file alone are kept with the log that was replaced', async (t) => {
  const { folder, path, backup } = await backedUp(t);
  const child = startChild(t, 'client-writer.ts', path);
  if (child.stdout) await once(child.stdout, 'data');
  await killHard(child);
  const end = endOf(path) ?? 0;
  t.true(end > 7);
  const { replaced } = must(await restore(backup, path)());
  t.is(replaced?.was?.end?.position, end);
  t.is(endOf(`${path}-before-epoch-2`), end);
  t.is(endOf(path), 4);
  t.is(verify(path), undefined);
  t.false(readdirSync(folder).some((name) => name.includes('restoring')));
});

test('a restoration is refused, and changes nothing, while the log is open, or when the backup is none', async (t) => {
  const { folder, path, backup } = await backedUp(t);
  const spoiled = join(folder, 'spoiled.db');
  copyFileSync(backup, spoiled);
  const bytes = readFileSync(spoiled);
  bytes.fill(0xff, bytes.length - 4096);
  writeFileSync(spoiled, bytes);
  const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
    [spoiled, path, /damaged|malformed/],
    [path, path, /it is the backup itself/],
    [join(folder, 'none.db'), path, /it is not there/],
    [backup, join(folder, 'none', 'log.db'), /no log can be there/],
  ];
  for (const [from, into, words] of cases) {
    const refused = await restore(from, into)();
    t.regex(E.isLeft(refused) ? refused.left.reason : 'done', words, `${from} ${into}`);
  }
  t.is(endOf(path), 7);
  const store = openAt(path);
  t.teardown(store.close);
  const refused = await restore(backup, path)();
  t.regex(E.isLeft(refused) ? refused.left.reason : 'done', new RegExp(`process ${process.pid} has it open`));
  t.is(store.identity.epoch, 1);
});

test('a restoration that is killed before any of its steps leaves the log of before, or the restored one', async (t) => {
  const { folder, path, backup } = await backedUp(t);
  const ends: Array<readonly [epoch: number, end: number]> = [];
  for (let steps = 0; ; steps += 1) {
    const child = startChild(t, 'backing-up.ts', backup, path, 'restore', String(steps));
    const [code] = await once(child, 'exit');
    const store = openAt(path);
    ends.push([store.identity.epoch, must(await store.clients.end()())]);
    await store.close();
    t.is(verify(path), undefined);
    if (code === 0) break;
  }
  // Before the copy is on disk, before the log of before has its second name, before the copy takes its place; then it has.
  t.deepEqual(ends.slice(0, 4), [
    [1, 7],
    [1, 7],
    [1, 7],
    [2, 4],
  ]);
  t.deepEqual(ends.at(-1)?.[1], 4);
  t.false(readdirSync(folder).some((name) => name.includes('restoring')));
});

test('a backup of another log replaces this one only when that is said', async (t) => {
  const { folder, backup } = await backedUp(t);
  const other = join(folder, 'other.db');
  await grow(other, 2);
  const identityAt = (path: string) => {
    const reader = must(openSqliteReader(path));
    reader.close();
    return reader.identity;
  };
  const [mine, theirs] = [identityAt(backup).logId, identityAt(other).logId];
  const refused = await restore(backup, other)();
  t.is(
    E.isLeft(refused) && refused.left.reason,
    `the backup is of the log ${mine}, and here is the log ${theirs}`,
  );
  t.deepEqual(identityAt(other), { logId: theirs, epoch: 1 });
  t.like(must(await restore(backup, other, true)()), { logId: mine, epoch: 2 });
});
