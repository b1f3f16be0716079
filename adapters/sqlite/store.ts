import type { DatabaseSync } from 'node:sqlite';
import { either as E, taskEither as TE } from 'fp-ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { DroppableLog } from '../../domain/port/drop-era.ts';
import type { LogIdentity, StreamHead, Unavailable } from '../../domain/port/event-store.ts';
import type { RedactableLog } from '../../domain/port/payload-redactor.ts';
import type { SupersedingLog } from '../../domain/port/supersede.ts';
import { appendQueue, type Turns } from './append-queue.ts';
import { clientLogOver } from './client-log.ts';
import { prepareClientReads } from './client-statements.ts';
import { commitGroups } from './commit-group.ts';
import { emptyWal } from './connect.ts';
import { dropEvents } from './drop.ts';
import { placing } from './place.ts';
import { followEvents, type Reading, readEvents } from './read.ts';
import { prepareReads } from './read-statements.ts';
import { reasonOf } from './reason.ts';
import { redactIn } from './redact.ts';
import { superseding } from './supersede.ts';
import { makeTail } from './tail.ts';

type StoreParts = Turns & {
  readonly path: string;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Brings to the disk what was committed without that until now; rejects with what the system refuses. */
  readonly flush: () => Promise<void>;
  /** Called once, when the store has let go of the file. */
  readonly release: () => void;
};

/** A log in a file: the port's, and what only the writer of a file can do. */
export type SqliteStore = RedactableLog & DroppableLog & SupersedingLog & { readonly clients: ClientLog };

/** The store over a log that is open and locked. */
export const storeOver = (
  db: DatabaseSync,
  identity: LogIdentity,
  { path, clock, sha256, flush, soon, later, release }: StoreParts,
): SqliteStore => {
  const tail = makeTail();
  const commit = commitGroups(db, path, { clock, sha256, flushed: emptyWal(db) });
  const statements = prepareReads(db);
  // What an opener finds is all that it can act on; what it writes itself, it shows when it is on disk.
  let durable = statements.lastPosition();
  const grown = (appends: Parameters<typeof tail.grown>[0], end: number): void => {
    durable = end;
    tail.grown(appends);
  };
  const unavailable = (error: unknown): Unavailable => ({
    type: 'unavailable',
    reason: closed ? 'the log is closed' : reasonOf(error, path),
  });
  const queue = appendQueue(commit, TE.tryCatch(flush, unavailable), grown, { soon, later });
  let closed = false;
  let closing: Promise<void> | undefined;
  const gone: Unavailable = { type: 'unavailable', reason: 'the log is closed' };
  const turn = (): Promise<void> => new Promise(soon);
  let rewritings = 0;
  /** Counted in its own transaction: nobody reads between the two. */
  const rewrite: typeof queue.append = (work) =>
    queue.append({
      ...work,
      run: (transaction) => {
        rewritings += 1;
        return work.run(transaction);
      },
    });
  const reading: Reading = { path, statements, tail, turn, durable: () => durable, closed: () => closed };
  const end = async (): Promise<void> => {
    await queue.close();
    closed = true;
    tail.closed();
    try {
      db.close();
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
    flush: () => queue.flush,
    redact: redactIn({ path, sha256, statements, append: rewrite, closed: () => closed }),
    clearRemains: () => async () => (closed ? E.left(gone) : E.right(emptyWal(db))),
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
        await dropEvents(db, era, turn);
        return E.right(undefined);
      } catch (error) {
        return E.left(unavailable(error));
      } finally {
        rewritings += 1;
        if (!closed) statements.forget();
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
