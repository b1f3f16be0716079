import type { taskEither as TE } from 'fp-ts';
import type { EventStore, Unavailable } from './event-store.ts';

/** A run of a log's positions whose events, all of one stream, lie in an archive and not in the log any more. */
export type ArchivedRun = {
  readonly stream: string;
  /** Positions, both included. */
  readonly from: number;
  readonly to: number;
  readonly fromRevision: number;
  readonly toRevision: number;
  /** Of the run's last event: its link of its stream's chain and of the log's, and its stamp. */
  readonly hash: string;
  readonly logHash: string;
  readonly recordedAt: string;
  /** SHA-256 of the archive's file. */
  readonly archive: string;
};

/** A closed era and the archive that holds all of it. */
export type ArchivedEra = {
  readonly stream: string;
  /** Its last event. */
  readonly revision: number;
  readonly hash: string;
  readonly archive: string;
};

export type EraNotDropped = {
  readonly type: 'era-not-dropped';
  readonly stream: string;
  readonly reason: string;
};

/**
 * Takes a closed era's events out of the log, which keeps of each run of positions where its chains went on, and gives the room back
 * to the file system. Interrupted, it may be done again; what was taken out by then stays out. The caller answers for the archive.
 */
export type DropEra = (era: ArchivedEra) => TE.TaskEither<EraNotDropped | Unavailable, undefined>;

/** A log whose closed eras can be dropped. */
export type DroppableLog = EventStore & { readonly dropEra: DropEra };
