import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import { prepareAppends } from './append-statements.ts';
import { rememberEnds } from './ends.ts';
import type { Latch } from './latch.ts';
import type { Done, Work } from './work.ts';

export type CommitGroup = (works: ReadonlyArray<Work<unknown, unknown>>) => Committed;

type CommitParts = {
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly latch: Latch;
  /** Called behind each commit, with about how many pages it wrote at most. */
  readonly checkpoint: (pages: number) => void;
};

type Committed = {
  /** One for each work, in order: its own, or `Unavailable`. */
  readonly answers: ReadonlyArray<E.Either<unknown, Done<unknown>>>;
  /** Whether all that is in the log is on disk now, this group's work included. */
  readonly flushed: boolean;
  /** The log's last position. */
  readonly end: number;
};

/**
 * Does the work of a group in one transaction, flushed once when any of it asks for that. When the transaction fails (disk full,
 * say) nothing of it is kept, every work fails with the reason, and the next group may succeed, unless the latch was shut by it. All that
 * is in the log at first is on disk. A repeat is answered like a first append, so one that finds its events written and not yet flushed has
 * them flushed before its answer.
 */
export const commitGroups = (
  db: DatabaseSync,
  { clock, sha256, latch, checkpoint }: CommitParts,
): CommitGroup => {
  const statements = prepareAppends(db);
  const ends = rememberEnds(statements);
  let allFlushed = true;
  let synchronous: 'FULL' | 'NORMAL' = 'FULL';

  const transact = (
    works: ReadonlyArray<Work<unknown, unknown>>,
    flush: boolean,
  ): Pick<Committed, 'answers'> & { readonly grew: boolean } => {
    const before = ends.log();
    const now = clock.now();
    // RFC 3339 in UTC with milliseconds: the order of the texts is the order of the times.
    const recordedAt = now < before.recordedAt ? before.recordedAt : now;
    const transaction = { statements, sha256, ends, recordedAt };
    const answers = works.map(({ run }) => run(transaction));
    const grew = ends.log().position > before.position;
    if (!grew && flush && !allFlushed && answers.some(E.isRight)) statements.touch();
    return { answers, grew };
  };

  const refused = (works: ReadonlyArray<unknown>, failure: Unavailable): Committed => ({
    answers: works.map(() => E.left(failure)),
    flushed: false,
    end: -1,
  });

  return (works) => {
    const shut = latch.refusal();
    if (shut !== undefined) return refused(works, shut);
    const flush = works.some(({ durability }) => durability !== 'written');
    try {
      const wanted = flush ? 'FULL' : 'NORMAL';
      // Not a prepared statement: SQLite obeys this pragma when it is prepared, not when it is run.
      if (wanted !== synchronous) db.exec(`PRAGMA synchronous = ${wanted}`);
      synchronous = wanted;
      statements.begin();
      const { answers, grew } = transact(works, flush);
      statements.commit();
      allFlushed = (flush && (grew || answers.some(E.isRight))) || (allFlushed && !grew);
      checkpoint(pagesOf(answers));
      return { answers, flushed: allFlushed, end: ends.log().position };
    } catch (error) {
      allFlushed = false;
      ends.forget();
      rollBack(db);
      return refused(works, latch.failureOf(error));
    }
  };
};

/** Of the tables and their indexes, an event and a transaction mostly change fewer. */
const perEvent = 8;

const perPage = 4096;

/** About how many pages were written for these answers, at most. */
const pagesOf = (answers: ReadonlyArray<E.Either<unknown, Done<unknown>>>): number => {
  let pages = perEvent;
  for (const answer of answers) {
    if (E.isLeft(answer)) continue;
    for (const { events } of answer.right.wrote)
      for (const { payload, metadata } of events)
        pages += perEvent + (payload.length + metadata.length) / perPage;
  }
  return pages;
};

/** SQLite has rolled back by itself after most failures; one that cannot be rolled back makes the next BEGIN fail. */
const rollBack = (db: DatabaseSync): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {}
};
