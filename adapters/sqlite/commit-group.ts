import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import { prepareAppends } from './append-statements.ts';
import { rememberEnds } from './ends.ts';
import { reasonOf } from './reason.ts';
import type { Done, Work } from './work.ts';

export type CommitGroup = (works: ReadonlyArray<Work<unknown, unknown>>) => Committed;

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
 * say) nothing of it is kept, every work fails with the reason, and the next group may succeed.
 *
 * `flushed`: whether all that is in the log is known to be on disk. A repeat is answered like a first append, so one
 * that finds its events written and not yet flushed has them flushed before its answer.
 */
export const commitGroups = (
  db: DatabaseSync,
  path: string,
  { clock, sha256, flushed }: { readonly clock: Clock; readonly sha256: Sha256; readonly flushed: boolean },
): CommitGroup => {
  const statements = prepareAppends(db);
  const ends = rememberEnds(statements);
  let allFlushed = flushed;
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

  return (works) => {
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
      return { answers, flushed: allFlushed, end: ends.log().position };
    } catch (error) {
      allFlushed = false;
      ends.forget();
      rollBack(db);
      const failure: Unavailable = { type: 'unavailable', reason: reasonOf(error, path) };
      return { answers: works.map(() => E.left(failure)), flushed: false, end: -1 };
    }
  };
};

/** SQLite has rolled back by itself after most failures; one that cannot be rolled back makes the next BEGIN fail. */
const rollBack = (db: DatabaseSync): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {}
};
