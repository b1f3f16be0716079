import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import { genesis } from '../../domain/chain.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { logUnreadable, type OpenFailure } from './open-failure.ts';

/**
 * What was last seen of the log at this place. It lies in the lock file, beside the log and not in it, so that a log that was
 * swapped, set back or robbed of its write-ahead file is not taken for the one that was left here.
 */
export type LastSeen = LogIdentity &
  End & {
    /** Acknowledged events may stand in the write-ahead file alone: until the log is closed it is there, and not empty. */
    readonly inWal: boolean;
  };

/** An end of the log that a power cut leaves; position −1 of an empty log. */
export type End = { readonly position: number; readonly logHash: string };

/** The log as it stands there now. */
export type Found = LogIdentity & {
  readonly end: number;
  readonly logHashAt: (position: number) => string | undefined;
  /** Bytes of the write-ahead file; 0 when there is none. */
  readonly walSize: number;
};

/** Nothing was seen of a new log. */
export const firstSight = ({ logId, epoch }: LogIdentity): LastSeen => ({
  logId,
  epoch,
  position: -1,
  logHash: genesis,
  inWal: false,
});

/** In the lock's own database. */
export const lastSeenIn = (db: DatabaseSync): LastSeen | undefined => {
  db.exec(`CREATE TABLE IF NOT EXISTS seen (
    only INTEGER PRIMARY KEY, log_id TEXT, epoch INTEGER, position INTEGER, log_hash TEXT, in_wal INTEGER) STRICT`);
  const row = db.prepare('SELECT * FROM seen').get();
  return (
    row && {
      logId: String(row['log_id']),
      epoch: Number(row['epoch']),
      position: Number(row['position']),
      logHash: String(row['log_hash']),
      inWal: row['in_wal'] === 1,
    }
  );
};

export const storeLastSeen = (db: DatabaseSync, seen: LastSeen): void => {
  const { logId, epoch, position, logHash, inWal } = seen;
  db.prepare('INSERT OR REPLACE INTO seen VALUES (1, ?, ?, ?, ?, ?)').run(
    logId,
    epoch,
    position,
    logHash,
    inWal ? 1 : 0,
  );
};

/** Refuses a log that is not the one that was last seen here, or is less of it. */
export const recognise = (
  path: string,
  seen: LastSeen | undefined,
  found: Found,
): E.Either<OpenFailure, void> => {
  if (seen === undefined || (seen.logId === found.logId && seen.epoch < found.epoch))
    return E.right(undefined);
  const remedy = `put the right one back; to go on with this one all the same, remove ${path}-lock`;
  if (seen.logId !== found.logId) {
    const reason = `it is the log ${found.logId}, and the one of this place is ${seen.logId}`;
    return E.left(logUnreadable(path, 'swapped', reason, remedy));
  }
  if (seen.inWal && found.walSize === 0) {
    const merged = `if another program merged it into the log, as sqlite3 does when it ends, remove ${path}-lock`;
    const reason = `${path}-wal is gone, and the newest events were in it`;
    return E.left(logUnreadable(path, 'wal-gone', reason, `put it back; ${merged}`));
  }
  if (found.epoch < seen.epoch || found.end < seen.position) {
    const reason = `it ends at position ${found.end} of epoch ${found.epoch}, and was at position ${seen.position} of epoch ${seen.epoch} already`;
    return E.left(logUnreadable(path, 'set-back', reason, remedy));
  }
  if (seen.position === -1 || found.logHashAt(seen.position) === seen.logHash) return E.right(undefined);
  const reason = `it has another event at position ${seen.position} than it had`;
  return E.left(logUnreadable(path, 'swapped', reason, remedy));
};
