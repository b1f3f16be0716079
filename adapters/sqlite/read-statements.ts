import type { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent, StreamHead } from '../../domain/port/event-store.ts';
import { uuidOf } from './bytes.ts';
import { droppedRuns, lastRunOf } from './dropped-runs.ts';

/** The questions of readers, prepared once. All throw what SQLite refuses; none leaves a transaction open. */
export type ReadStatements = ReturnType<typeof prepareReads>;

/** A page ends with the event that exceeds this many characters, or after this many events. */
const pageCharacters = 1 << 20;
const pageEvents = 500;

/**
 * No index is kept on the type, which every append would pay for. A page of certain types looks at this many events at
 * most, so that a long search gives others their turn of the event loop.
 */
export const lookedAt = 10_000;

const columns = 'position, stream, revision, id, type, payload, metadata, hash, recorded_at';

/** In the order of `columns`. */
type EventRow = [number, string, number, string, string, string, string, string, string];

export const prepareReads = (db: DatabaseSync) => {
  const pageOf = (where: string, order: string) =>
    db.prepare(`SELECT ${columns} FROM log WHERE ${where} ORDER BY ${order} LIMIT ${pageEvents}`, {
      returnArrays: true,
    });
  const all = pageOf('position >= ?', 'position');
  const ofStream = pageOf('stream = ? AND revision >= ?', 'revision');
  // The wanted types are one parameter, a JSON array of texts.
  const typed = 'AND type IN (SELECT value FROM json_each(?2))';
  const ofTypes = pageOf(`position >= ?1 AND position < ?1 + ${lookedAt} ${typed}`, 'position');
  const ofStreamTypes = pageOf(
    `stream = ?3 AND revision >= ?1 AND revision < ?1 + ${lookedAt} ${typed}`,
    'revision',
  );
  const at = pageOf('position = ?', 'position');
  const lastPosition = db.prepare('SELECT max(position) AS position FROM event');
  const head = db.prepare(
    'SELECT revision, hash, position FROM log WHERE stream = ? ORDER BY revision DESC LIMIT 1',
  );
  const revisionFrom = db.prepare(`
    SELECT revision FROM stream JOIN event ON event.stream = stream.key
    WHERE name = ? AND position >= ? ORDER BY revision LIMIT 1`);
  let runs = droppedRuns(db);
  return {
    /** What is not here any more. */
    dropped: () => runs,
    /** After a drop. */
    forget: (): void => {
      runs = droppedRuns(db);
    },
    pageOfAll: (from: number) => page(all.iterate(from)),
    pageOfStream: (stream: string, from: number) => page(ofStream.iterate(stream, from)),
    pageOfTypes: (from: number, types: string) => page(ofTypes.iterate(from, types)),
    pageOfStreamTypes: (stream: string, from: number, types: string) =>
      page(ofStreamTypes.iterate(from, types, stream)),
    eventAt: (position: number) => page(at.iterate(position))[0],
    /** -1 when the log is empty. */
    lastPosition: (): number => Number(lastPosition.get()?.['position'] ?? -1),
    head: (stream: string): StreamHead | undefined => {
      const row = head.get(stream);
      if (row === undefined) {
        const run = lastRunOf(runs, stream);
        return run && { revision: run.toRevision, hash: run.hash, position: run.to };
      }
      return {
        revision: Number(row['revision']),
        hash: String(row['hash']),
        position: Number(row['position']),
      };
    },
    /** The stream's first revision at or after a position of the log; `undefined` when there is none yet. */
    revisionFrom: (stream: string, position: number): number | undefined =>
      revisionFrom.get(stream, position)?.['revision'] as number | undefined,
  };
};

const page = (rows: Iterable<unknown>): ReadonlyArray<RecordedEvent> => {
  const events: RecordedEvent[] = [];
  let characters = 0;
  for (const row of rows as Iterable<EventRow>) {
    const [position, stream, revision, id, type, payload, metadata, hash, recordedAt] = row;
    events.push({ position, stream, revision, id: uuidOf(id), type, payload, metadata, hash, recordedAt });
    characters += payload.length + metadata.length;
    // Leaving the loop resets the statement, which ends its read transaction.
    if (characters > pageCharacters) break;
  }
  return events;
};
