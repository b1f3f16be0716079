import { existsSync, linkSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type {
  BackupNotRestored,
  Copied,
  LogSeen,
  ReplacedLog,
  RestoreBackup,
  Restored,
} from '../../domain/port/log-backup.ts';
import { emptyWal } from './checkpoint.ts';
import { connect } from './connect.ts';
import { beside, clear, copyLog, finishCopy, lookAt } from './copy-log.ts';
import { syncFolder } from './create.ts';
import { type FileLock, takeLock } from './file-lock.ts';
import { firstSight } from './last-seen.ts';
import { locate } from './locate.ts';
import { openSqliteReader } from './open-reader.ts';
import { reasonOf } from './reason.ts';
import { renewWal } from './wal.ts';
import { renewWalIndex } from './wal-index.ts';

const refused = (path: string, reason: string, remedy: string): E.Either<BackupNotRestored, never> =>
  E.left({ type: 'backup-not-restored', path, reason, remedy });

/** What is there; all of it in the file itself, when it is sound. Opening another to write would have SQLite clear away what is beside it. */
const settle = (path: string): LogSeen | undefined => {
  const seen = lookAt(path);
  if (E.isLeft(seen)) return undefined;
  renewWal(path);
  renewWalIndex(path);
  const db = connect(path);
  try {
    emptyWal(db);
  } finally {
    db.close();
  }
  return seen.right;
};

/** Which log is there; `undefined` when none can be read. */
const logIdAt = (path: string): string | undefined => {
  const seen = lookAt(path);
  return E.isRight(seen) ? seen.right.logId : undefined;
};

/** A name that says what it is, and that nothing has. */
const asideOf = (path: string, epoch: number): string => {
  const name = `${path}-before-epoch-${epoch}`;
  let free = name;
  for (let number = 2; beside(free).some((file) => existsSync(file)); number += 1) free = `${name}-${number}`;
  return free;
};

/** Of the log a second name, of what lies beside it another one: a write-ahead file must not meet another log. */
const setAside = (path: string, aside: string): void => {
  linkSync(path, aside);
  for (const suffix of ['-wal', '-journal']) {
    const size = statSync(`${path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0) renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  }
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

const restoreLocked = async (
  backup: string,
  path: string,
  lock: FileLock,
  copied: Copied | undefined,
): Promise<Restored> => {
  const there = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const was = there ? settle(path) : undefined;
  const building = `${path}-restoring`;
  try {
    clear(building);
    await copyLog(backup, building, path, copied);
    const seen = lookAt(building);
    if (E.isLeft(seen)) throw new Error(seen.left.reason);
    const epoch = Math.max(seen.right.epoch, was?.epoch ?? 0, lock.seen?.epoch ?? 0) + 1;
    finishCopy(building, epoch);
    const aside = there ? asideOf(path, epoch) : undefined;
    if (aside !== undefined) setAside(path, aside);
    renameSync(building, path);
    syncFolder(dirname(path));
    const { logId, end } = seen.right;
    lock.see(firstSight({ logId, epoch }));
    const replaced: ReplacedLog | undefined = aside === undefined ? undefined : { path: aside, was };
    return { logId, epoch, end, path, replaced };
  } finally {
    clear(building);
  }
};

/**
 * Restores a backup under the log's own lock. The log has its name all the time: until the last step it is the one before, from then on
 * the restored one.
 */
export const restoreSqliteBackup =
  (clock: Clock): RestoreBackup =>
  (backup, into, anotherLog = false, copied) =>
  async () => {
    const opened = openSqliteReader(backup);
    if (E.isLeft(opened)) return opened;
    const { logId } = opened.right.identity;
    opened.right.close();
    const from = locate(backup);
    const to = locate(into);
    if (E.isLeft(from) || E.isLeft(to))
      return refused(into, 'no log can be there', 'name a file, in a folder that is there');
    const path = to.right;
    if (from.right === path)
      return refused(path, 'it is the backup itself', 'name the log that it is to become');
    const lock = takeLock(path, clock.now());
    if (E.isLeft(lock)) {
      const { left } = lock;
      return left.type === 'log-in-use'
        ? refused(path, `process ${left.holder?.pid ?? 'of another program'} has it open`, 'end it first')
        : refused(path, 'reason' in left ? left.reason : left.type, 'may it be written?');
    }
    const there = logIdAt(path) ?? lock.right.seen?.logId;
    if (!anotherLog && there !== undefined && there !== logId) {
      lock.right.release();
      return refused(
        path,
        `the backup is of the log ${logId}, and here is the log ${there}`,
        'name a backup of this log, or give --another-log: whoever followed this one begins anew with the other',
      );
    }
    try {
      return E.right(await restoreLocked(from.right, path, lock.right, copied));
    } catch (error) {
      return refused(
        path,
        reasonOf(error, path),
        'is there space, may it be written, and is the backup sound?',
      );
    } finally {
      lock.right.release();
    }
  };
