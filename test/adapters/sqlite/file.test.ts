import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { either as E } from 'fp-ts';
import { prepareReads } from '../../../adapters/sqlite/read-statements.ts';
import { append, clockOf, collect, event, events, sha256, upTo } from '../../contract/event-store/support.ts';
import { openAt, scratchFolder } from './scratch.ts';

test('a log opened again is the same log with the same events', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const first = openAt(path);
  await append(first, { stream: 'a', expectedRevision: 'no-stream', events: events(1_000) });
  await append(first, { stream: 'b', expectedRevision: 'no-stream', events: events(2) });
  const recorded = await collect(first.readAll());
  const { identity } = first;
  await first.close();
  const second = openAt(path);
  t.deepEqual(second.identity, identity);
  t.is(identity.epoch, 1);
  t.deepEqual(await collect(second.readAll()), recorded);
  t.is((await append(second, { stream: 'a', expectedRevision: 999, events: events(1) })).position, 1_002);
  await second.close();
});

test('an append repeated after a restart is still once', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const wanted = { stream: 'a', expectedRevision: 'no-stream', events: events(3) } as const;
  const first = openAt(path);
  const answer = await append(first, wanted);
  await first.close();
  const second = openAt(path);
  t.deepEqual(await append(second, wanted), answer);
  t.is((await collect(second.readAll())).length, 3);
  await second.close();
});

test('the stamp of a log opened again does not go back behind its last event', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const first = openAt(path, clockOf('2026-06-01T00:00:00.000Z'));
  await append(first, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await first.close();
  const second = openAt(path, clockOf('2026-05-01T00:00:00.000Z'));
  const { recordedAt } = await append(second, { stream: 'a', expectedRevision: 0, events: events(1) });
  t.is(recordedAt, '2026-06-01T00:00:00.000Z');
  await second.close();
});

test('only the owner can read the files', async (t) => {
  const folder = scratchFolder(t);
  const store = openAt(join(folder, 'log.db'));
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  t.true(readdirSync(folder).length >= 4);
  for (const name of readdirSync(folder)) t.is(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  await store.close();
  t.deepEqual(readdirSync(folder).sort(), ['log.db', 'log.db-lock']);
});

test('the database itself refuses a second event at one revision and a second use of an id', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
  await store.close();
  const db = new DatabaseSync(path);
  const copy = (position: number, revision: number, id: string): void => {
    db.exec(`INSERT INTO event SELECT ${position}, stream, ${revision}, ${id}, type, payload, metadata, hash,
      recorded_at, log_hash FROM event WHERE position = 0`);
  };
  t.throws(() => copy(2, 1, 'randomblob(16)'), { message: /UNIQUE.*revision/ });
  t.throws(() => copy(2, 2, 'id'), { message: /UNIQUE.*id/ });
  t.throws(() => copy(1, 2, 'randomblob(16)'), { message: /UNIQUE.*position/ });
  t.notThrows(() => copy(2, 2, 'randomblob(16)'));
  db.close();
});

test('each row carries the link of the whole log that it makes', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  for (const index of upTo(4)) {
    await append(store, { stream: `s-${index}`, expectedRevision: 'no-stream', events: events(1 + index) });
  }
  await store.close();
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare('SELECT position, hash, recorded_at, log_hash FROM log ORDER BY position').all();
  db.close();
  t.is(rows.length, 10);
  let previous = '0000000000000000000000000000000000000000000000000000000000000000';
  for (const { position, hash, recorded_at, log_hash } of rows) {
    previous = sha256(`["${previous}",${position},"${hash}","${recorded_at}"]`);
    t.is(log_hash, previous);
  }
});

test('a page of large events ends early and leaves no reading open', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  const large = upTo(6).map(() => event(`"${'x'.repeat(400_000)}"`));
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: large });
  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(700) });
  const db = new DatabaseSync(path);
  const reads = prepareReads(db);
  t.is(reads.pageOfAll(0).length, 3);
  t.is(reads.pageOfStream('a', 1).length, 3);
  t.is(reads.pageOfAll(6).length, 500);
  t.is(reads.pageOfStream('b', 0).length, 500);
  // A reading still open on this connection would be in the way of its own schema change.
  t.notThrows(() => db.exec('PRAGMA wal_checkpoint(TRUNCATE); CREATE TABLE probe (x); DROP TABLE probe'));
  db.close();
  await store.close();
});

test('when the database refuses in the middle of a group, nothing of the group is kept and the next one succeeds', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  const other = new DatabaseSync(path);
  other.exec(`CREATE TRIGGER stop BEFORE INSERT ON event WHEN NEW.revision = 2
    BEGIN SELECT RAISE(FAIL, 'stopped by the test'); END`);
  const wanted = upTo(3).map((index) => ({
    stream: `s-${index}`,
    expectedRevision: 'no-stream' as const,
    events: events(1 + index),
  }));
  for (const answer of await Promise.all(wanted.map((one) => store.append(one)()))) {
    t.true(
      E.isLeft(answer) &&
        answer.left.type === 'unavailable' &&
        answer.left.reason.includes('stopped by the test'),
    );
  }
  t.deepEqual(await collect(store.readAll()), []);
  other.exec('DROP TRIGGER stop');
  other.close();
  await Promise.all(wanted.map((one) => append(store, one)));
  t.is((await collect(store.readAll())).length, 6);
  await store.close();
});
