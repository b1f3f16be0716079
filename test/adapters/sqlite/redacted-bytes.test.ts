import { randomUUID } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteLog } from '../../../adapters/sqlite/restore.ts';
import { remainingOf } from '../../../domain/audit/remaining.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import type { RedactableLog } from '../../../domain/port/payload-redactor.ts';
import { append, collect, realClock } from '../../contract/event-store/support.ts';
import { audited, recordOf } from '../../support/audited.ts';
import { podAdded } from '../../support/events.ts';
import { written } from '../../support/logged.ts';
import { beginning, host } from '../../support/told-history.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

/** More rows than a page holds, so that SQLite moves the first ones when the tree grows. */
const pods = 60;
const nameOf = (index: number): string => `secret-${index}-name`;
const told = written(
  ...beginning,
  ...Array.from({ length: pods }, (_, n) =>
    host(
      podAdded(`c${n}`, `10.244.0.${n + 2}`, {
        pod: { namespace: 'shop', name: nameOf(n), uid: randomUUID() },
      }),
    ),
  ),
);

const fill = async (store: RedactableLog): Promise<ReadonlyArray<RecordedEvent>> => {
  for (const { stream, revision, id, type, payload, metadata, hash } of told) {
    const expectedRevision = revision === 0 ? ('no-stream' as const) : revision - 1;
    await append(store, { stream, expectedRevision, events: [{ id, type, payload, metadata, hash }] });
  }
  return collect(store.readAll());
};

/** Which of these pods' names stand anywhere in the bytes of the log and of what lies beside it. */
const found = (folder: string): ReadonlyArray<string> => {
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const names = Array.from({ length: pods }, (_, n) => nameOf(n));
  return names.filter((name) => bytes.some((all) => all.includes(name)));
};

const redact = async (store: RedactableLog, events: ReadonlyArray<RecordedEvent>) => {
  const sealed = audited(undefined, ...events.map((event) => recordOf(event)));
  const payloads = sealed.events.map((event, index) => ({
    event,
    remaining: remainingOf(events[index]?.payload ?? '', ['pod']),
  }));
  const answer = await store.redact({ stream: sealed.stream, expectedRevision: 'no-stream', payloads })();
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left));
};

/** The first pod, one of each page, and the last. */
const chosen = [0, 1, 2, 9, 18, 27, 36, 45, 59];
const others = Array.from({ length: pods }, (_, n) => n).filter((n) => !chosen.includes(n));

const leavesNothing = async (t: ExecutionContext, folder: string, store: RedactableLog): Promise<void> => {
  const events = (await collect(store.readAll())).filter(({ type }) => type === 'PodAdded');
  t.deepEqual(
    found(folder),
    Array.from({ length: pods }, (_, n) => nameOf(n)),
  );
  await redact(
    store,
    chosen.map((n) => events[n] as RecordedEvent),
  );
  t.deepEqual(await store.clearRemains()(), E.right(true));
  t.deepEqual(found(folder), others.map(nameOf));
};

test('of what was redacted no byte stays, in the file or beside it, while the log is open', async (t) => {
  const folder = scratchFolder(t);
  const store = openAt(join(folder, 'log.db'));
  t.teardown(store.close);
  await fill(store);
  await leavesNothing(t, folder, store);
});

test('nor in a log that was opened again, or was imported', async (t) => {
  const folder = scratchFolder(t);
  const first = openAt(join(folder, 'log.db'));
  const before = await fill(first);
  await first.close();
  const second = openAt(join(folder, 'log.db'));
  await leavesNothing(t, folder, second);
  await second.close();

  const other = scratchFolder(t);
  const restoring = restoreSqliteLog(realClock)(join(other, 'log.db'), second.identity);
  if (E.isLeft(restoring)) throw new Error(restoring.left.reason);
  for (const event of before) restoring.right.add({ ...event, logHash: '0'.repeat(64) });
  t.true(E.isRight(restoring.right.finish()));
  const third = openAt(join(other, 'log.db'));
  t.teardown(third.close);
  await leavesNothing(t, other, third);
});

test('a reader of the log keeps what it reads; when it has ended, all is cleared', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  const events = await fill(store);
  const reader = openSqliteReader(path);
  if (E.isLeft(reader)) throw new Error(reader.left.reason);
  await redact(store, events.slice(6, 7));
  t.deepEqual(await store.clearRemains()(), E.right(false));
  t.regex(reader.right.at(6)?.payload ?? '', /secret-0-name/);
  t.true(found(folder).includes(nameOf(0)));
  reader.right.close();
  t.deepEqual(await store.clearRemains()(), E.right(true));
  t.false(found(folder).includes(nameOf(0)));
});

test('a log that is killed behind a redaction is opened again: nothing it had is missed', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const store = openAt(path);
  const events = await fill(store);
  await redact(store, events.slice(6, 7));
  t.deepEqual(await store.clearRemains()(), E.right(true));
  // As the kernel leaves it: the files as they are, the lock gone.
  const copy = scratchFolder(t);
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
  await store.close();
  const again = openAt(join(copy, 'log.db'));
  t.is((await collect(again.readAll())).length, told.length + 1);
  await again.close();
});

test('a redaction that stands in the write-ahead file alone is missed when that is gone', async (t) => {
  const folder = scratchFolder(t);
  const first = openAt(join(folder, 'log.db'));
  const events = await fill(first);
  await first.close();
  const second = openAt(join(folder, 'log.db'));
  await redact(second, events.slice(6, 7));
  const copy = scratchFolder(t);
  for (const name of ['log.db', 'log.db-lock']) copyFileSync(join(folder, name), join(copy, name));
  await second.close();
  t.like(tryOpen(join(copy, 'log.db')), { left: { cause: 'wal-gone' } });
});

test('when the database refuses to change the row, the event is not kept either', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  const before = await fill(store);
  const other = new DatabaseSync(path);
  other.exec(`CREATE TRIGGER stop BEFORE UPDATE ON event WHEN OLD.position = 7
    BEGIN SELECT RAISE(FAIL, 'stopped by the test'); END`);
  await t.throwsAsync(redact(store, before.slice(6, 8)), { message: /stopped by the test/ });
  t.deepEqual(await collect(store.readAll()), before);
  other.exec('DROP TRIGGER stop');
  other.close();
  await redact(store, before.slice(6, 8));
  t.is((await collect(store.readAll())).length, before.length + 2);
});
