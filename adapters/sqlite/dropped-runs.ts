import type { DatabaseSync } from 'node:sqlite';
import type { ArchivedRun } from '../../domain/port/drop-era.ts';

const hasDropped = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dropped'").get() !== undefined;

/** What was dropped from a log, in order of position, one after the other. */
export const eachDroppedRun = (db: DatabaseSync): Iterable<ArchivedRun> =>
  !hasDropped(db)
    ? []
    : db
        .prepare(`
          SELECT name AS stream, from_position, to_position, from_revision, to_revision, recorded_at,
            lower(hex(hash)) AS hash, lower(hex(log_hash)) AS log_hash, lower(hex(archive)) AS archive
          FROM dropped JOIN stream ON stream.key = dropped.stream ORDER BY from_position`)
        .iterate()
        .map((row) => ({
          stream: String(row['stream']),
          from: Number(row['from_position']),
          to: Number(row['to_position']),
          fromRevision: Number(row['from_revision']),
          toRevision: Number(row['to_revision']),
          hash: String(row['hash']),
          logHash: String(row['log_hash']),
          recordedAt: String(row['recorded_at']),
          archive: String(row['archive']),
        }));

/** The same, all together. */
export const droppedRuns = (db: DatabaseSync): ReadonlyArray<ArchivedRun> => [...eachDroppedRun(db)];

/** The run that a stream's events end with, where all of them were dropped. */
export const lastRunOf = (runs: ReadonlyArray<ArchivedRun>, stream: string): ArchivedRun | undefined =>
  runs.findLast((run) => run.stream === stream);
