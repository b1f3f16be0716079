import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import type { Copied, LogSeen } from '../../domain/port/log-backup.ts';
import { patience } from './connect.ts';
import { openSqliteReader } from './open-reader.ts';
import { createOwned } from './owner.ts';
import { seal } from './seal.ts';
import { toRead } from './to-read.ts';

/** Between two lots of so many pages others get their turn: some 10 ms. */
const pagesAtOnce = 1000;

/** Everything that SQLite may have put beside a file. */
export const beside = (path: string): ReadonlyArray<string> =>
  ['', '-journal', '-wal', '-shm'].map((suffix) => `${path}${suffix}`);

export const clear = (path: string): void => {
  for (const left of beside(path)) rmSync(left, { force: true });
};

/**
 * Copies a log as it is now to a file that the owner of the log `becomes` alone can read. One read transaction is held meanwhile, so that the copy is of
 * one moment however long it takes and whoever writes; `copied` is told behind each lot of pages. Throws what SQLite and the system refuse.
 */
export const copyLog = async (
  from: string,
  to: string,
  becomes: string,
  copied: Copied = () => undefined,
): Promise<void> => {
  createOwned(to, becomes);
  const db = new DatabaseSync(toRead(from), { readOnly: true, timeout: patience });
  try {
    db.exec('BEGIN');
    db.prepare('SELECT 1 FROM meta').get();
    await backup(db, to, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => copied(totalPages - remainingPages, totalPages),
    });
  } finally {
    db.close();
  }
};

/** Makes a log another epoch of itself, and brings all of the file to the disk. */
export const finishCopy = (path: string, epoch?: number): void => {
  if (epoch !== undefined) {
    const db = new DatabaseSync(path);
    try {
      db.exec('BEGIN');
      db.prepare('UPDATE meta SET epoch = ?').run(epoch);
      seal(db);
      db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  }
  const fd = openSync(path, 'r');
  fsyncSync(fd);
  closeSync(fd);
};

/** What a log says of itself, when its file is sound; else what is wrong with it. */
export const lookAt = (
  path: string,
): E.Either<{ readonly reason: string; readonly remedy: string }, LogSeen> => {
  const opened = openSqliteReader(path);
  if (E.isLeft(opened)) return opened;
  const reader = opened.right;
  try {
    const damage = reader.damage();
    if (damage !== undefined)
      return E.left({ reason: `${path} is damaged (${damage})`, remedy: 'use another copy of the log' });
    const { logId, epoch }: LogIdentity = reader.identity;
    return E.right({ logId, epoch, end: reader.end() });
  } catch (error) {
    return E.left({
      reason: error instanceof Error ? error.message : String(error),
      remedy: 'use another copy of the log',
    });
  } finally {
    reader.close();
  }
};
