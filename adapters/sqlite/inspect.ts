import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { either as E } from 'fp-ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { patience } from './connect.ts';
import { type LastSeen, recognise } from './last-seen.ts';
import { logUnreadable, type OpenFailure } from './open-failure.ts';
import { notADatabase, reasonOf, sqliteCode } from './reason.ts';
import { applicationId, schemaVersion } from './schema.ts';

/**
 * Whose file it is by its header, before anything is made beside it. What the header leaves open is for `inspect`,
 * under the lock. SQLite itself reads it, never a descriptor of our own: closing one would drop the locks of a store
 * that this process has open (POSIX locks belong to the process).
 */
export const peek = (path: string): E.Either<OpenFailure, void> => {
  const size = sizeOf(path);
  if (size === undefined) return E.right(undefined);
  if (size === 0) return E.left(damaged(path, 'it is empty, which a log never is'));
  try {
    return reading(path, true, (db) => owned(path, db));
  } catch (error) {
    return sqliteCode(error) === notADatabase
      ? E.left(foreign(path, 'it is not an SQLite database'))
      : E.right(undefined);
  }
};

/**
 * The log's identity once all of the file has been looked at without changing it; `undefined` when there is no file yet.
 * Reads every page (about 0.6 s per million events), so that damage is met here and not in the middle of a decision. `seen` is
 * what must be found again.
 */
export const inspect = (
  path: string,
  seen: LastSeen | undefined,
): E.Either<OpenFailure, LogIdentity | undefined> => {
  const size = sizeOf(path);
  const walSize = sizeOf(`${path}-wal`) ?? 0;
  const unmerged = walSize > 0;
  if (size === undefined) return unmerged ? E.left(orphaned(path)) : E.right(undefined);
  try {
    // Without a write-ahead file the file is all there is, and `immutable` leaves nothing beside it.
    return reading(path, !unmerged, (db) => {
      const pages = Number(pragma(db, 'page_count')) * Number(pragma(db, 'page_size'));
      if (!unmerged && size < pages)
        return E.left(damaged(path, `${pages - size} bytes are missing at its end`));
      const ours = owned(path, db);
      if (E.isLeft(ours)) return ours;
      const found = String(pragma(db, 'quick_check(1)'));
      if (found !== 'ok') return E.left(damaged(path, found.replaceAll('\n', ' ')));
      const meta = db.prepare('SELECT log_id, epoch FROM meta').get();
      if (meta === undefined) return E.left(damaged(path, 'the row that names the log is gone'));
      // Names every table and column that the program will ask for.
      const last = db.prepare('SELECT * FROM log ORDER BY position DESC LIMIT 1').get();
      const end = Number(last?.['position'] ?? -1);
      const identity = { logId: String(meta['log_id']), epoch: Number(meta['epoch']) };
      return E.map(() => identity)(
        recognise(path, seen, { ...identity, end, walSize, logHashAt: (at) => logHashAt(db, at) }),
      );
    });
  } catch (error) {
    return E.left(unopened(path, error));
  }
};

/** What SQLite threw instead of opening the log: the file's fault, or the machine's. */
export const unopened = (path: string, error: unknown): OpenFailure =>
  meansDamage(sqliteCode(error))
    ? damaged(path, reasonOf(error, 'SQLite says'))
    : { type: 'log-unavailable', path, reason: reasonOf(error, path) };

const logHashAt = (db: DatabaseSync, position: number): string | undefined => {
  const row = db.prepare('SELECT log_hash FROM log WHERE position = ?').get(position);
  return row && String(row['log_hash']);
};

const owned = (path: string, db: DatabaseSync): E.Either<OpenFailure, void> => {
  if (pragma(db, 'application_id') !== applicationId) {
    return E.left(foreign(path, "it is another program's SQLite database"));
  }
  const version = Number(pragma(db, 'user_version'));
  if (version < 1) return E.left(damaged(path, `its header says version ${version}, which never was`));
  return version > schemaVersion
    ? E.left(
        logUnreadable(
          path,
          'newer',
          `it has version ${version} and this program knows up to ${schemaVersion}`,
          'run the newer program',
        ),
      )
    : E.right(undefined);
};

const reading = <A>(path: string, immutable: boolean, look: (db: DatabaseSync) => A): A => {
  const url = pathToFileURL(path);
  if (immutable) url.search = 'immutable=1';
  const db = new DatabaseSync(url, { readOnly: true, timeout: patience });
  try {
    return look(db);
  } finally {
    db.close();
  }
};

const pragma = (db: DatabaseSync, name: string): unknown =>
  Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

/** SQLITE_ERROR (a table is missing), SQLITE_CORRUPT, SQLITE_NOTADB: the content, not the machine. */
const meansDamage = (code: number | undefined): boolean => code === 1 || code === 11 || code === notADatabase;

const foreign = (path: string, reason: string): OpenFailure =>
  logUnreadable(path, 'not-a-log', reason, 'name another file, or a name that is still free');

const damaged = (path: string, reason: string): OpenFailure =>
  logUnreadable(path, 'damaged', reason, 'restore it from a copy; move it away only to begin a new log');

const orphaned = (path: string): OpenFailure =>
  logUnreadable(
    path,
    'orphaned-wal',
    `the log is gone and its newest events are still in ${path}-wal`,
    'put the log back beside it; move both away only to begin a new log',
  );
