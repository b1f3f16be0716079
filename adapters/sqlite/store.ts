import type { DatabaseSync } from 'node:sqlite';
import { either as E, taskEither as TE } from 'fp-ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { DroppableLog } from '../../domain/port/drop-era.ts';
import type { LogIdentity, StreamHead, Unavailable } from '../../domain/port/event-store.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { RedactableLog } from '../../domain/port/payload-redactor.ts';
import type { SupersedingLog } from '../../domain/port/supersede.ts';
import { appendQueue, type Turns } from './append-queue.ts';
import { checkpoints, emptyWal } from './checkpoint.ts';
import { clientLogOver } from './client-log.ts';
import { prepareClientReads } from './client-statements.ts';
import { commitGroups } from './commit-group.ts';
import { dropEvents } from './drop.ts';
import type { Latch } from './latch.ts';
import { placing } from './place.ts';
import { followEvents, type Reading, readEvents } from './read.ts';
import { prepareReads } from './read-statements.ts';
import { recentEvents } from './recent-events.ts';
import { redactIn } from './redact.ts';
import { superseding } from './supersede.ts';
import { makeTail } from './tail.ts';

type StoreParts = Turns & {
  readonly path: string;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly latch: Latch;
  /** Brings to the disk what was committed without that until now; rejects with what the system refuses. */
  readonly flush: () => Promise<void>;
  /** Closes the connection. */
  readonly close: () => void;
  /** Called once, when the store has let go of the file. */
  readonly release: () => void;
};

/** A log in a file: the port's, and what only the writer of a file can do. */
export type SqliteStore = RedactableLog &
  DroppableLog &
  SupersedingLog & { readonly clients: ClientLog; readonly latched: Latched };

/** The store over a log that is open and locked, and all of which is on disk. */
export const storeOver = (
  db: DatabaseSync,
  identity: LogIdentity,
  { path, clock, sha256, latch, flush, close, soon, later, atOnce, release }: StoreParts,
): SqliteStore => {
  const tail = makeTail();
  const recent = recentEvents();
  const checkpoint = checkpoints(db, latch);
  const commit = commitGroups(db, { clock, sha256, latch, checkpoint });
  emptyWal(db);
  const statements = prepareReads(db);
  // What an opener finds is all that it can act on; what it writes itself, it shows when it is on disk.
  let durable = statements.lastPosition();
  const grown = (appends: Parameters<typeof tail.grown>[0], end: number): void => {
    durable = end;
    recent.keep(appends);
    tail.grown(appends);
  };
  const gone: Unavailable = { type: 'unavailable', reason: 'the log is closed' };
  const unavailable = (error: unknown): Unavailable => (closed ? gone : latch.failureOf(error));
  const flushOnce = async (): Promise<E.Either<Unavailable, void>> => {
    const shut = latch.refusal();
    return shut === undefined ? TE.tryCatch(flush, unavailable)() : E.left(shut);
  };
  const queue = appendQueue(commit, flushOnce, grown, { soon, later, ...(atOnce && { atOnce }) });
  let closed = false;
  let closing: Promise<void> | undefined;
  /** What is done to the file beside the queue: refused where the queue would refuse. */
  const unlessShut = <A>(act: () => A): E.Either<Unavailable, A> => {
    const shut = closed ? gone : latch.refusal();
    return shut === undefined ? E.tryCatch(act, unavailable) : E.left(shut);
  };
  const turn = (): Promise<void> => new Promise(soon);
  /** Between two pieces of a change that is none of the queue's. */
  const nextPiece = (): Promise<void> => {
    checkpoint(Number.POSITIVE_INFINITY);
    const shut = latch.refusal();
    return shut === undefined ? turn() : Promise.reject(new Error(shut.reason));
  };
  let rewritings = 0;
  /** Counted in its own transaction: nobody reads between the two. */
  const rewrite: typeof queue.append = (work) =>
    queue.append({
      ...work,
      run: (transaction) => {
        rewritings += 1;
        const done = work.run(transaction);
        recent.changedUpTo(transaction.ends.log().position);
        return done;
      },
    });
  const reading: Reading = {
    ...{ path, statements, tail, turn, recent },
    durable: () => durable,
    closed: () => closed,
  };
  const end = async (): Promise<void> => {
    await queue.close();
    closed = true;
    tail.closed();
    try {
      close();
    } finally {
      release();
    }
  };
  return {
    identity,
    clients: clientLogOver({
      identity,
      clock,
      reading: { ...reading, statements: prepareClientReads(db), rewritings: () => rewritings },
      submit: queue.append,
    }),
    append: (append) => () => queue.append(placing(append)),
    flush: () => async () => {
      const shut = latch.refusal();
      return shut === undefined ? queue.flush() : E.left(shut);
    },
    redact: redactIn({ path, sha256, statements, append: rewrite, closed: () => closed }),
    latched: latch.refusal,
    clearRemains: () => async () => unlessShut(() => emptyWal(db)),
    readStream: (stream, from = 0, archived) => readEvents(reading, stream, from, archived),
    readAll: (from = 0, archived) => readEvents(reading, undefined, from, archived),
    dropEra: (era) => async () => {
      const head = E.tryCatch(() => statements.head(era.stream), String);
      const ends = E.isRight(head) ? head.right : undefined;
      if (ends?.revision !== era.revision || ends.hash !== era.hash) {
        const reason = `it ends at revision ${ends?.revision ?? -1}, not with the event that was archived`;
        return E.left({ type: 'era-not-dropped', stream: era.stream, reason });
      }
      try {
        await dropEvents(db, era, nextPiece);
        return E.right(undefined);
      } catch (error) {
        return E.left(unavailable(error));
      } finally {
        rewritings += 1;
        if (!closed) {
          statements.forget();
          recent.changedUpTo(durable);
        }
      }
    },
    supersede: (end) => () => rewrite(superseding(end)),
    head: (stream) =>
      TE.fromIOEither(
        E.tryCatchK((): StreamHead | undefined => reading.statements.head(stream), unavailable),
      ),
    subscribe: (subscription) => followEvents(reading, subscription),
    close: () => {
      closing ??= end();
      return closing;
    },
  };
};
