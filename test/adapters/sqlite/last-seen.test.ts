import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Unreadable } from '../../../adapters/sqlite/open-failure.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { append, collect, events, sha256 } from '../../contract/event-store/support.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

const bytesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder)
    .filter((name) => !/-lock|-shm/.test(name))
    .map((name) => `${name} ${sha256(readFileSync(join(folder, name), 'base64'))}`);

/** Refused, again and again, in words and with nothing changed; goes on as it is once the lock file is removed. */
const refused = async (
  t: ExecutionContext,
  path: string,
  cause: Unreadable,
  reason: RegExp,
): Promise<void> => {
  const before = bytesIn(dirname(path));
  for (const _ of [1, 2]) {
    const opened = tryOpen(path);
    if (E.isRight(opened) || opened.left.type !== 'log-unreadable') {
      t.fail(`not refused: ${JSON.stringify(opened)}`);
      return;
    }
    t.is(opened.left.cause, cause);
    t.regex(opened.left.reason, reason);
    t.true(opened.left.remedy.includes(`remove ${path}-lock`));
  }
  t.deepEqual(bytesIn(dirname(path)), before);
  rmSync(`${path}-lock`);
  await openAt(path).close();
};

/** A log closed in good order. */
const soundLog = async (path: string, count = 20): Promise<void> => {
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(count) });
  await store.close();
};

/** A log whose writer was killed: its newest events are in the write-ahead file. */
const abandonedLog = async (t: ExecutionContext, path: string): Promise<void> => {
  const child = startChild(t, 'writer.ts', path);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await killHard(child);
};

test('a log whose write-ahead file was deleted or emptied after its writer died is refused', async (t) => {
  for (const spoil of [rmSync, truncateSync]) {
    const path = join(scratchFolder(t), 'log.db');
    await abandonedLog(t, path);
    spoil(`${path}-wal`);
    await refused(t, path, 'wal-gone', /log\.db-wal is gone, and the newest events were in it/);
  }
});

test('with its write-ahead file put back it opens, and no acknowledged event is missing', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await abandonedLog(t, path);
  renameSync(`${path}-wal`, `${path}-aside`);
  t.true(E.isLeft(tryOpen(path)));
  renameSync(`${path}-aside`, `${path}-wal`);
  const store = openAt(path);
  t.true((await collect(store.readAll())).length >= 2);
  await store.close();
});

test('who reads a log whose writer died leaves the write-ahead file to the next writer', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await abandonedLog(t, path);
  const reader = openSqliteReader(path);
  if (E.isLeft(reader)) return t.fail(reader.left.reason);
  const seen = reader.right.end()?.position;
  reader.right.close();
  const store = openAt(path);
  t.is((await collect(store.readAll())).length, (seen ?? -1) + 1);
  await store.close();
});

test('another sound log in the place of this one is refused', async (t) => {
  const [path, other] = [join(scratchFolder(t), 'log.db'), join(scratchFolder(t), 'log.db')];
  await soundLog(path);
  await soundLog(other);
  copyFileSync(other, path);
  await refused(
    t,
    path,
    'swapped',
    /it is the log [0-9a-f-]{36}, and the one of this place is [0-9a-f-]{36}/,
  );
});

test('another log under the write-ahead file of this one is refused', async (t) => {
  const [path, other] = [join(scratchFolder(t), 'log.db'), join(scratchFolder(t), 'log.db')];
  await soundLog(other, 400);
  await abandonedLog(t, path);
  copyFileSync(other, path);
  const opened = tryOpen(path);
  t.true(E.isLeft(opened) && opened.left.type === 'log-unreadable');
});

test('an older copy of the log is refused, and says how much is missing', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await soundLog(path, 20);
  copyFileSync(path, `${path}-copy`);
  const store = openAt(path);
  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(5) });
  await store.close();
  renameSync(`${path}-copy`, path);
  await refused(t, path, 'set-back', /ends at position 19 .* was at position 24/);
});

test('a copy that went on by itself is refused', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const copy = join(scratchFolder(t), 'log.db');
  await soundLog(path, 20);
  copyFileSync(path, copy);
  for (const place of [path, copy]) {
    const store = openAt(place);
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(5) });
    await store.close();
  }
  copyFileSync(copy, path);
  await refused(t, path, 'swapped', /another event at position 24/);
});

test('a copy of a newer epoch is a restored log and opens; one of an older epoch is refused', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await soundLog(path, 20);
  copyFileSync(path, `${path}-copy`);
  const store = openAt(path);
  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(5) });
  await store.close();
  copyFileSync(path, `${path}-first-epoch`);
  renameSync(`${path}-copy`, path);
  const db = new DatabaseSync(path);
  db.exec('UPDATE meta SET epoch = 2');
  db.close();
  const restored = openAt(path);
  await append(restored, { stream: 'c', expectedRevision: 'no-stream', events: events(1) });
  await restored.close();
  renameSync(`${path}-first-epoch`, path);
  await refused(t, path, 'set-back', /position 24 of epoch 1, and was at position 20 of epoch 2/);
});

test('a log that was moved away makes room for a new one, and a lock file of before is no hindrance', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await soundLog(path);
  renameSync(path, `${path}-away`);
  const fresh = openAt(path);
  t.deepEqual(await collect(fresh.readAll()), []);
  await append(fresh, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await fresh.close();
  const db = new DatabaseSync(`${path}-lock`);
  db.exec('DROP TABLE seen');
  db.close();
  await openAt(path).close();
});

test('what is only written is not asked for again: a power cut may have taken it', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await soundLog(path, 3);
  const store = openAt(path);
  const written = {
    stream: 'w',
    expectedRevision: 'no-stream',
    events: events(1),
    durability: 'written',
  } as const;
  await append(store, written);
  const lock = new DatabaseSync(`file:${path}-lock?immutable=1`, { readOnly: true });
  t.deepEqual({ ...lock.prepare('SELECT position, in_wal FROM seen').get() }, { position: 2, in_wal: 0 });
  lock.close();
  await store.close();
});

test('a writer that died after it had answered repeats alone leaves nothing to ask for', async (t) => {
  const [path, copy] = [join(scratchFolder(t), 'log.db'), join(scratchFolder(t), 'log.db')];
  const appended = { stream: 'a', expectedRevision: 'no-stream', events: events(3) } as const;
  const first = openAt(path);
  await append(first, appended);
  await first.close();
  const store = openAt(path);
  await append(store, appended);
  // What its death would leave now.
  for (const end of ['', '-wal', '-lock']) copyFileSync(`${path}${end}`, `${copy}${end}`);
  await store.close();
  const left = openAt(copy);
  t.is((await collect(left.readAll())).length, 3);
  await left.close();
});
