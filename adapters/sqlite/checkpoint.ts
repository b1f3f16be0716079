import type { DatabaseSync } from 'node:sqlite';
import type { Latch } from './latch.ts';
import { isRefusedFlush } from './reason.ts';

/** Pages in the write-ahead file, as SQLite has it by default. */
const dueAt = 1000;

/** To look how many there are takes a twentieth of a small append's commit: it is done when there may be so many more. */
const lookAt = 256;

/**
 * Takes over SQLite's automatic checkpoints (https://sqlite.org/wal.html#automatic_checkpoint), which keep to themselves that the disk refused
 * a flush: the next one would pass for success. To be called behind each commit, with about how many pages it wrote at most: when the write-ahead file
 * is long enough, what is in it is moved into the log's own file. One that fails otherwise (disk full, a reader in the way) is due again at the next look.
 */
export const checkpoints = (db: DatabaseSync, latch: Latch): ((pages: number) => void) => {
  db.exec('PRAGMA wal_autocheckpoint = 0');
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const move = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  let unseen = 0;
  return (pages) => {
    unseen += pages;
    if (unseen < lookAt) return;
    unseen = 0;
    try {
      if (Number(look.get()?.['log']) >= dueAt) move.get();
    } catch (error) {
      latch.failureOf(error);
    }
  };
};

/**
 * Brings all that was written into the log's own file, durably, and empties the write-ahead file. At opening; and after a redaction, so that
 * what it took is gone from both. False when that was not possible now (disk full, a reader in the way). Throws a refused flush.
 */
export const emptyWal = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch (error) {
    if (isRefusedFlush(error)) throw error;
    return false;
  }
};
