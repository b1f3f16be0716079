import { statSync } from 'node:fs';
import { either as E, function as F } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { LogIdentity, Unavailable } from '../../domain/port/event-store.ts';
import type { Turns } from './append-queue.ts';
import { connectGuarded } from './connect.ts';
import { createLog, renewNames } from './create.ts';
import { type FileLock, takeLock } from './file-lock.ts';
import { inspect, peek, unopened } from './inspect.ts';
import { firstSight } from './last-seen.ts';
import { makeLatch } from './latch.ts';
import { locate } from './locate.ts';
import type { OpenFailure } from './open-failure.ts';
import { reasonOf } from './reason.ts';
import { type SqliteStore, storeOver } from './store.ts';
import { renewWal, walOf } from './wal.ts';
import { renewWalIndex } from './wal-index.ts';
import { watch } from './watch.ts';

type SqliteStoreOptions = {
  readonly path: string;
  readonly clock: Clock;
  /** Called once, when there is no file yet. */
  readonly newLogId: () => string;
  readonly sha256: Sha256;
  /** Called once, when the disk refused a flush: from then on nothing is taken. */
  readonly onLatched?: (refusal: Unavailable) => void;
};

/**
 * Opens the log in this file, or begins a new one when there is no file of this name. One opener per file; what is
 * there and is not a sound log of ours is refused and stays as it was.
 */
export const openSqliteStore = (options: SqliteStoreOptions): E.Either<OpenFailure, SqliteStore> =>
  F.pipe(
    locate(options.path),
    E.tap(peek),
    E.flatMap((path) =>
      F.pipe(
        takeLock(path, options.clock.now()),
        E.flatMap((lock) =>
          F.pipe(
            openLocked(path, options, lock),
            E.mapLeft((failure) => {
              lock.release();
              return failure;
            }),
          ),
        ),
      ),
    ),
  );

const openLocked = (
  path: string,
  options: SqliteStoreOptions,
  lock: FileLock,
): E.Either<OpenFailure, SqliteStore> =>
  F.pipe(
    attempt(path, () => renewWal(path)),
    E.flatMap(() =>
      E.tryCatch(
        () => renewWalIndex(path),
        (error) => unopened(path, error),
      ),
    ),
    E.flatMap(() => inspect(path, lock.seen)),
    E.flatMap((found) =>
      attempt(path, () => {
        const identity = found ?? { logId: options.newLogId(), epoch: 1 };
        if (found === undefined) {
          // First, so that a new log is not taken for a swapped one after a crash in between.
          lock.see(firstSight(identity));
          createLog(path, identity, options.clock.now());
        }
        return openSound(path, options, lock, identity);
      }),
    ),
  );

const attempt = <A>(path: string, act: () => A): E.Either<OpenFailure, A> =>
  E.tryCatch(act, (error) => ({ type: 'log-unavailable', path, reason: reasonOf(error, path) }));

const turns: Turns = {
  soon: setImmediate,
  atOnce: process.nextTick,
  later: (ms, task) => {
    setTimeout(task, ms).unref();
  },
};

const openSound = (
  path: string,
  { clock, sha256, onLatched }: SqliteStoreOptions,
  lock: FileLock,
  identity: LogIdentity,
): SqliteStore => {
  const { db, ...ending } = connectGuarded(path);
  const wal = walOf(path);
  const latch = makeLatch(path, onLatched);
  const close = (): void => (latch.refusal() === undefined ? ending.close() : ending.closeAsItIs());
  const { seen } = lock;
  const ofThis = seen?.logId === identity.logId && seen.epoch === identity.epoch;
  try {
    // Behind the connection, which makes the write-ahead file.
    renewNames(path);
    return watch({
      db,
      seen: ofThis ? seen : firstSight(identity),
      write: lock.see,
      walSize: () => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      open: (release) =>
        storeOver(db, identity, { path, clock, sha256, latch, flush: wal.flush, close, ...turns, release }),
      release: () => {
        wal.close();
        lock.release();
      },
    });
  } catch (error) {
    ending.closeAsItIs();
    throw error;
  }
};
