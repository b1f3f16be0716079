import { DatabaseSync } from 'node:sqlite';

/** How long another program's lock is waited for, in milliseconds: the event loop stands still meanwhile. */
export const patience = 250;

/**
 * From a log's first page on, for SQLite else leaves copies of rows where it moved them from, which no redaction would find.
 * (https://www.sqlite.org/pragma.html#pragma_secure_delete)
 */
export const forgetWhatIsDeleted = 'PRAGMA secure_delete = ON';

/**
 * The one connection of a store. Everything on it is synchronous and a transaction never spans a turn of the event loop,
 * so reads see committed events only. Throws what SQLite refuses.
 */
export const connect = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: patience });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608');
    db.exec(forgetWhatIsDeleted);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Brings all that was written into the log's own file, durably, and empties the write-ahead file. At opening, so that nobody acts on an
 * event that the process before had not flushed and a power cut could still take; after a redaction, so that what it took is gone from
 * both. False when that was not possible now (disk full, a reader in the way).
 */
export const emptyWal = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch {
    return false;
  }
};
