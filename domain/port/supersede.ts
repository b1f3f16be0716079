import type { taskEither as TE } from 'fp-ts';
import type { EventStore, Unavailable } from './event-store.ts';

/** The end of a stream's copy that a later epoch of the copied log does not have. */
export type SupersededEnd = {
  readonly stream: string;
  /** The last revision that stays; −1 for none. */
  readonly behind: number;
  /** The epoch in which the rest was copied. */
  readonly epoch: number;
};

/**
 * In one transaction, durable when it resolves: what stands behind a revision of a stream belongs to its superseded stream from now on
 * (`domain/superseded.ts`), at the same positions, and the stream ends there. Nothing is lost and the log's chain holds. Asked again, it
 * finds nothing to do. To be asked while nobody reads the stream: a reader would not learn that it ends earlier.
 */
export type Supersede = (end: SupersededEnd) => TE.TaskEither<Unavailable, undefined>;

/** A log in which a copy may begin again. */
export type SupersedingLog = EventStore & { readonly supersede: Supersede };
