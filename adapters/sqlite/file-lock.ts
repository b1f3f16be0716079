import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { either as E } from 'fp-ts';
import { type LastSeen, lastSeenIn, storeLastSeen } from './last-seen.ts';
import type { Holder, OpenFailure } from './open-failure.ts';
import { createOwned } from './owner.ts';
import { busy, reasonOf, sqliteCode } from './reason.ts';

/**
 * One opener per log. The lock is a small SQLite database beside the log, held in exclusive locking mode: the kernel
 * drops it with the process, however that ends, and SQLite keeps it whole when another connection of this process
 * opens and closes the same file (a plain descriptor would drop it: POSIX locks belong to the process). The log itself
 * stays open to readers. The lock file is never removed: removing it could give two openers one lock each.
 */
export type FileLock = {
  /** What was noted of the log by who had the lock before; `undefined` at the first time. */
  readonly seen: LastSeen | undefined;
  /** Notes it for who has the lock next, on disk when it returns. Throws what SQLite refuses. */
  readonly see: (seen: LastSeen) => void;
  readonly release: () => void;
};

/** Takes the lock, or says who has it. `now` is what the next one refused will read as `since`. */
export const takeLock = (path: string, now: string): E.Either<OpenFailure, FileLock> => {
  const lockPath = `${path}-lock`;
  let db: DatabaseSync | undefined;
  try {
    createEmpty(lockPath, path);
    db = new DatabaseSync(lockPath, { timeout: 0 });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    db.exec('CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY, pid INTEGER, since TEXT) STRICT');
    db.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?)').run(process.pid, now);
    db.exec('COMMIT');
    const held = db;
    return E.right({
      seen: lastSeenIn(held),
      see: (seen) => storeLastSeen(held, seen),
      release: () => held.close(),
    });
  } catch (error) {
    db?.close();
    return E.left(
      sqliteCode(error) === busy
        ? { type: 'log-in-use', path, holder: holderOf(lockPath) }
        : { type: 'log-unavailable', path, reason: reasonOf(error, lockPath) },
    );
  }
};

const createEmpty = (path: string, log: string): void => {
  try {
    createOwned(path, log);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** `immutable` reads past the lock; what it reads was committed before the lock was last refused. */
const holderOf = (lockPath: string): Holder | undefined => {
  const url = pathToFileURL(lockPath);
  url.search = 'immutable=1';
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(url, { readOnly: true });
    const row = db.prepare('SELECT pid, since FROM holder').get();
    return row === undefined ? undefined : { pid: Number(row['pid']), since: String(row['since']) };
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
};
