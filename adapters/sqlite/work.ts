import type { either as E } from 'fp-ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Append, Appended } from '../../domain/port/event-store.ts';
import type { AppendStatements } from './append-statements.ts';
import type { Ends } from './ends.ts';

/** The open transaction of a commit group, and what its work goes by. */
export type Transaction = {
  readonly statements: AppendStatements;
  readonly sha256: Sha256;
  readonly ends: Ends;
  /** The stamp of all that the group appends. */
  readonly recordedAt: string;
};

/** One thing to be done in the transaction of a commit group, whatever else the group does. */
export type Work<Failure, Answer> = {
  readonly durability?: Append['durability'];
  /** How many events it may write: what takes long waits for its turn. */
  readonly events: number;
  /**
   * Everything is looked up before the first row is written, so that a refusal leaves the transaction's other work as it is. Throws
   * what SQLite refuses, and then nothing of the group is kept.
   */
  readonly run: (transaction: Transaction) => E.Either<Failure, Done<Answer>>;
};

export type Done<Answer> = {
  readonly answer: Answer;
  /** For those who wait at the log's end. */
  readonly wrote: ReadonlyArray<Written>;
};

/** What was appended to a stream, and where the last of it stands, when one append put all of it there as it is. */
export type Written = Pick<Append, 'stream' | 'events'> & { readonly end?: Appended };

export type Placed = Written & Required<Pick<Written, 'end'>>;
