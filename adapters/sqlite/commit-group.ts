import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Append, Appended, AppendFailure } from '../../domain/port/event-store.ts';
import { prepareAppends } from './append-statements.ts';
import { rememberEnds } from './ends.ts';
import { place } from './place.ts';
import { reasonOf } from './reason.ts';

export type CommitGroup = (appends: ReadonlyArray<Wanted>) => Committed;

/** An append and, by their positions, what is left of payloads that it redacts. */
export type Wanted = Append & { readonly remaining?: ReadonlyMap<number, string> };

type Committed = {
  /** One answer per append, in order. */
  readonly answers: ReadonlyArray<E.Either<AppendFailure, Appended>>;
  /** Whether all that is in the log is on disk now, these appends included. */
  readonly flushed: boolean;
  /** The log's last position. */
  readonly end: number;
};

/**
 * Commits appends in one transaction, flushed once when any of them asks for it. When the transaction fails (disk full,
 * say) nothing of it is kept, every append fails with the reason, and the next group may succeed.
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

  /** A repeat finds its payloads redacted already. */
  const placeAndRedact = (append: Wanted, recordedAt: string): Committed['answers'][number] => {
    const end = ends.log().position;
    const answer = place(statements, sha256, ends, append, recordedAt);
    if (ends.log().position > end)
      for (const [position, payload] of append.remaining ?? []) statements.replacePayload(position, payload);
    return answer;
  };

  const transact = (
    appends: ReadonlyArray<Wanted>,
    flush: boolean,
  ): Pick<Committed, 'answers'> & { readonly grew: boolean } => {
    const before = ends.log();
    const now = clock.now();
    // RFC 3339 in UTC with milliseconds: the order of the texts is the order of the times.
    const recordedAt = now < before.recordedAt ? before.recordedAt : now;
    const answers = appends.map((append) => placeAndRedact(append, recordedAt));
    const grew = ends.log().position > before.position;
    if (!grew && flush && !allFlushed && answers.some(E.isRight)) statements.touch();
    return { answers, grew };
  };

  return (appends) => {
    const flush = appends.some(({ durability }) => durability !== 'written');
    try {
      const wanted = flush ? 'FULL' : 'NORMAL';
      // Not a prepared statement: SQLite obeys this pragma when it is prepared, not when it is run.
      if (wanted !== synchronous) db.exec(`PRAGMA synchronous = ${wanted}`);
      synchronous = wanted;
      statements.begin();
      const { answers, grew } = transact(appends, flush);
      statements.commit();
      allFlushed = (flush && (grew || answers.some(E.isRight))) || (allFlushed && !grew);
      return { answers, flushed: allFlushed, end: ends.log().position };
    } catch (error) {
      allFlushed = false;
      ends.forget();
      rollBack(db);
      const failure: AppendFailure = { type: 'unavailable', reason: reasonOf(error, path) };
      return { answers: appends.map(() => E.left(failure)), flushed: false, end: -1 };
    }
  };
};

/** SQLite has rolled back by itself after most failures; one that cannot be rolled back makes the next BEGIN fail. */
const rollBack = (db: DatabaseSync): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {}
};
