import { DatabaseSync } from 'node:sqlite';

/** How long another program's lock is waited for, in milliseconds: the event loop stands still meanwhile. */
export const patience = 250;

/**
 * The one connection of a store. Everything on it is synchronous and a transaction never spans a turn of the event loop,
 * so reads see committed events only. Throws what SQLite refuses.
 */
export const connect = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: patience });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Makes durable what the process before may have written without having flushed it, so that nobody acts on an event
 * that a power cut could still take. False when that was not possible now (disk full, a reader in the way).
 */
export const flushRecovered = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch {
    return false;
  }
};
