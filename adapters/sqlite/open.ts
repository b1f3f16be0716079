import type { DatabaseSync } from 'node:sqlite';
import { either as E, function as F, taskEither as TE } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { EventStore, LogIdentity, ReadFailure, StreamHead } from '../../domain/port/event-store.ts';
import { appendQueue } from './append-queue.ts';
import { commitGroups } from './commit-group.ts';
import { connect, flushRecovered } from './connect.ts';
import { createLog } from './create.ts';
import { type FileLock, takeLock } from './file-lock.ts';
import { inspect, peek } from './inspect.ts';
import { locate } from './locate.ts';
import type { OpenFailure } from './open-failure.ts';
import { followEvents, type Reading, readEvents } from './read.ts';
import { prepareReads } from './read-statements.ts';
import { reasonOf } from './reason.ts';
import { makeTail } from './tail.ts';

type SqliteStoreOptions = {
  readonly path: string;
  readonly clock: Clock;
  /** Called once, when there is no file yet. */
  readonly newLogId: () => string;
  readonly sha256: Sha256;
};

/**
 * Opens the log in this file, or begins a new one when there is no file of this name. One opener per file; what is
 * there and is not a sound log of ours is refused and stays as it was.
 */
export const openSqliteStore = (options: SqliteStoreOptions): E.Either<OpenFailure, EventStore> =>
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
): E.Either<OpenFailure, EventStore> =>
  F.pipe(
    inspect(path),
    E.flatMap((found) =>
      E.tryCatch(
        () => {
          const identity = found ?? { logId: options.newLogId(), epoch: 1 };
          if (found === undefined) createLog(path, identity, options.clock.now());
          const db = connect(path);
          try {
            return storeOf(path, options, lock, identity, db);
          } catch (error) {
            db.close();
            throw error;
          }
        },
        (error): OpenFailure => ({ type: 'log-unavailable', path, reason: reasonOf(error, path) }),
      ),
    ),
  );

const storeOf = (
  path: string,
  { clock, sha256 }: SqliteStoreOptions,
  lock: FileLock,
  identity: LogIdentity,
  db: DatabaseSync,
): EventStore => {
  const tail = makeTail();
  const commit = commitGroups(db, path, { clock, sha256, flushed: flushRecovered(db) });
  const statements = prepareReads(db);
  // What an opener finds is all that it can act on; what it writes itself, it shows when it is on disk.
  let durable = statements.lastPosition();
  const queue = appendQueue(commit, (appends, end) => {
    durable = end;
    tail.grown(appends);
  });
  let closed = false;
  const reading: Reading = { path, statements, tail, durable: () => durable, closed: () => closed };
  return {
    identity,
    append: (append) => () => queue.append(append),
    readStream: (stream, from = 0) => readEvents(reading, stream, from),
    readAll: (from = 0) => readEvents(reading, undefined, from),
    head: (stream) =>
      TE.fromIOEither(
        E.tryCatchK(
          (): StreamHead | undefined => reading.statements.head(stream),
          (error): ReadFailure => ({
            type: 'unavailable',
            reason: closed ? 'the log is closed' : reasonOf(error, path),
          }),
        ),
      ),
    subscribe: (subscription) => followEvents(reading, subscription),
    close: async () => {
      if (closed) return;
      queue.close();
      closed = true;
      tail.closed();
      try {
        db.close();
      } finally {
        lock.release();
      }
    },
  };
};
