import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { append, events } from '../../contract/event-store/support.ts';
import { openAt, scratchFolder } from './scratch.ts';

const damage = (path: string): string | undefined => {
  const reader = openSqliteReader(path);
  if (E.isLeft(reader)) throw new Error(reader.left.reason);
  try {
    return reader.right.damage();
  } finally {
    reader.right.close();
  }
};

const change = (path: string, sql: string): void => {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
};

test('the row that names the log stays sealed when a flush is counted in it', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  const wanted = { stream: 'a', expectedRevision: 'no-stream', events: events(1) } as const;
  await append(store, { ...wanted, durability: 'written' });
  // Repeated with a flush: nothing else gives this transaction something to write.
  await append(store, wanted);
  await store.close();
  t.is(damage(path), undefined);
  const db = new DatabaseSync(path, { readOnly: true });
  t.is(db.prepare('SELECT flushes FROM meta').get()?.['flushes'], 1);
  db.close();
  change(path, 'UPDATE meta SET flushes = 2');
  t.is(damage(path), 'a row that no chain covers was altered (table meta or dropped)');
});

test('a log from before there was a seal is read and written as ever', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  await openAt(path).close();
  change(path, 'DROP TABLE seal');
  const store = openAt(path);
  const wanted = { stream: 'a', expectedRevision: 'no-stream', events: events(1) } as const;
  await append(store, { ...wanted, durability: 'written' });
  await append(store, wanted);
  await store.close();
  t.is(damage(path), undefined);
});

test('a file whose index is gone is damaged, though every row is as it was', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  await store.close();
  const db = new DatabaseSync(path, { defensive: false });
  const [index] = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event' ORDER BY name")
    .all();
  db.exec(`PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '${index?.['name']}'`);
  db.close();
  t.truthy(damage(path));
});
