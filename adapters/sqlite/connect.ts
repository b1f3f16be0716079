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

/** A connection that can be closed in two ways; what either needs is there from the start, for a process short of descriptors gets no more. */
export type Connection = {
  readonly db: DatabaseSync;
  readonly close: () => void;
  /**
   * Closes it so that SQLite leaves the write-ahead file as it is, which it would else move into the log's own file: from behind a
   * refused flush nobody knows what is read there.
   */
  readonly closeAsItIs: () => void;
};

/** As `connect`, beside a reader that keeps whoever ends before it from the last one's checkpoint, and may not write itself. */
export const connectGuarded = (path: string): Connection => {
  const db = connect(path);
  let guard: DatabaseSync | undefined;
  try {
    guard = new DatabaseSync(path, { readOnly: true, timeout: patience });
    // From its first look on it is one who has the log open, and between two looks in nobody's way.
    guard.prepare('SELECT 1 FROM sqlite_schema').get();
  } catch (error) {
    guard?.close();
    db.close();
    throw error;
  }
  const beside = guard;
  return {
    db,
    close: () => {
      beside.close();
      db.close();
    },
    closeAsItIs: () => {
      db.close();
      beside.close();
    },
  };
};
