import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Unreadable } from '../../../adapters/sqlite/open-failure.ts';
import { append, events, sha256 } from '../../contract/event-store/support.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

/** Every file in the folder by its bytes' hash; the lock only says who asked, and -shm is an index of -wal. */
const contents = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => !/-lock|-shm/.test(name))
      .sort()
      .map((name) => [name, sha256(readFileSync(join(folder, name), 'base64'))]),
  );

const soundLog = async (path: string, count = 300): Promise<void> => {
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(count) });
  await store.close();
};

const refused = (t: ExecutionContext, path: string, cause: Unreadable, reason: RegExp): void => {
  const before = contents(dirname(path));
  for (const _ of [1, 2]) {
    const opened = tryOpen(path);
    if (E.isRight(opened) || opened.left.type !== 'log-unreadable') {
      t.fail(`${path} was not refused: ${JSON.stringify(opened)}`);
      return;
    }
    t.is(opened.left.path, path);
    t.is(opened.left.cause, cause);
    t.regex(opened.left.reason, reason);
    t.true(opened.left.remedy.length > 10);
  }
  t.deepEqual(contents(dirname(path)), before);
};

test('what is not a database is refused and nothing is made beside it', (t) => {
  for (const [name, content] of [
    ['notes.txt', 'remember the milk\n'],
    ['long.txt', 'remember the milk\n'.repeat(1_000)],
    ['random.bin', Buffer.alloc(8_192, 0xa7)],
  ] as const) {
    const folder = scratchFolder(t);
    writeFileSync(join(folder, name), content);
    refused(t, join(folder, name), 'not-a-log', /not an SQLite database/);
    t.deepEqual(readdirSync(folder), [name]);
  }
});

test("another program's database is refused and nothing is made beside it", (t) => {
  for (const setting of ['', 'PRAGMA application_id = 7', 'PRAGMA journal_mode = WAL']) {
    const folder = scratchFolder(t);
    const path = join(folder, 'other.db');
    const db = new DatabaseSync(path);
    db.exec(`${setting}; CREATE TABLE things (x); INSERT INTO things VALUES (1)`);
    db.close();
    refused(t, path, 'not-a-log', /another program/);
    t.deepEqual(readdirSync(folder), ['other.db']);
  }
});

test('an empty file is refused: a log never is empty', (t) => {
  const path = join(scratchFolder(t), 'log.db');
  writeFileSync(path, '');
  refused(t, path, 'damaged', /empty/);
});

test('a log of a newer program is refused', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await soundLog(path);
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 3');
  db.close();
  refused(t, path, 'newer', /version 3 .* up to 2/);
});

test('a truncated log is refused, wherever it was cut', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  await soundLog(path);
  const size = readFileSync(path).length;
  for (const length of [512, 4_096, 20_000, size - 4_096, size - 1]) {
    const cut = join(scratchFolder(t), 'log.db');
    copyFileSync(path, cut);
    truncateSync(cut, length);
    refused(t, cut, 'damaged', /missing|malformed/);
  }
});

test('a log with a page of rubbish is refused', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  await soundLog(path);
  const whole = readFileSync(path);
  for (const page of [1, Math.floor(whole.length / 8_192), whole.length / 4_096 - 1]) {
    const spoilt = join(scratchFolder(t), 'log.db');
    const bytes = Buffer.from(whole);
    bytes.fill(0x5a, page * 4_096, (page + 1) * 4_096);
    writeFileSync(spoilt, bytes);
    refused(t, spoilt, 'damaged', /./);
  }
});

test('a log without its tables or without its name is refused', async (t) => {
  for (const change of [
    'DELETE FROM meta',
    'DROP TABLE meta',
    'DROP VIEW log',
    'DROP VIEW log; ALTER TABLE event RENAME COLUMN payload TO load',
    'PRAGMA user_version = 0',
  ]) {
    const path = join(scratchFolder(t), 'log.db');
    await soundLog(path);
    const db = new DatabaseSync(path);
    db.exec(change);
    db.close();
    refused(t, path, 'damaged', /./);
  }
});

test('damage is found with events still in the write-ahead file, and neither file is changed', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  await soundLog(path);
  const child = startChild(t, 'writer.ts', path);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await killHard(child);
  t.true(existsSync(`${path}-wal`));
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4_096 * 10, 4_096 * 14);
  writeFileSync(path, bytes);
  refused(t, path, 'damaged', /./);
});

test('a write-ahead file without its log is not taken for a new log', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const child = startChild(t, 'writer.ts', path);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await killHard(child);
  renameSync(path, join(folder, 'moved.db'));
  refused(t, path, 'orphaned-wal', /newest events/);
  renameSync(join(folder, 'moved.db'), path);
  await openAt(path).close();
});

test('a folder and a link that leads nowhere are refused', (t) => {
  const folder = scratchFolder(t);
  mkdirSync(join(folder, 'inner'));
  symlinkSync(join(folder, 'gone.db'), join(folder, 'link.db'));
  for (const name of ['inner', 'link.db']) {
    const opened = tryOpen(join(folder, name));
    t.true(E.isLeft(opened) && opened.left.type === 'log-unreadable' && opened.left.cause === 'not-a-file');
  }
  t.deepEqual(readdirSync(folder).sort(), ['inner', 'link.db']);
});

test('a missing folder is named and not made', (t) => {
  const folder = join(scratchFolder(t), 'missing');
  const path = join(folder, 'log.db');
  t.deepEqual(tryOpen(path), E.left({ type: 'folder-missing', path, folder }));
  t.false(existsSync(folder));
});

test('a link to itself is a failure in words', (t) => {
  const path = join(scratchFolder(t), 'loop.db');
  symlinkSync(path, path);
  const opened = tryOpen(path);
  t.true(E.isLeft(opened) && opened.left.type === 'log-unavailable' && opened.left.reason.includes('ELOOP'));
});
