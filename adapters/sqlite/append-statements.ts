import type { DatabaseSync } from 'node:sqlite';
import type { Appended, EventToAppend } from '../../domain/port/event-store.ts';
import { bytesOf, uuidBytes } from './bytes.ts';
import { droppedRuns, lastRunOf } from './dropped-runs.ts';
import { seal } from './seal.ts';

/** The log's last event: what the next one follows. */
export type LogHead = { readonly position: number; readonly recordedAt: string; readonly logHash: string };

/** Where a stream's last event stands, and the stream's key in the file. */
export type StreamEnd = Appended & { readonly key: number };

/** What an append asks of the tables and writes to them, prepared once. All throw what SQLite refuses. */
export type AppendStatements = ReturnType<typeof prepareAppends>;

/** A stream that was dropped whole has ended where it had. */
const droppedEnd = (db: DatabaseSync, stream: string): StreamEnd | undefined => {
  const run = lastRunOf(droppedRuns(db), stream);
  if (run === undefined) return undefined;
  const key = Number(db.prepare('SELECT key FROM stream WHERE name = ?').get(stream)?.['key']);
  return { key, revision: run.toRevision, position: run.to, recordedAt: run.recordedAt };
};

export const prepareAppends = (db: DatabaseSync) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const logHead = db.prepare(
    'SELECT position, recorded_at, log_hash FROM log ORDER BY position DESC LIMIT 1',
  );
  const streamEnd = db.prepare(`
    SELECT key, revision, position, recorded_at
    FROM stream JOIN event ON event.stream = stream.key
    WHERE name = ? ORDER BY revision DESC LIMIT 1`);
  const eventAt = db.prepare(`
    SELECT revision, position, recorded_at, id FROM event WHERE stream = ? AND revision = ?`);
  const hasId = db.prepare('SELECT 1 FROM event WHERE id = ?');
  const addStream = db.prepare('INSERT INTO stream (name) VALUES (?)');
  const addEvent = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const replacePayload = db.prepare('UPDATE event SET payload = ? WHERE position = ?');
  const touch = db.prepare('UPDATE meta SET flushes = flushes + 1');

  return {
    begin: (): void => {
      begin.run();
    },
    commit: (): void => {
      commit.run();
    },
    logHead: (): LogHead | undefined => {
      const row = logHead.get();
      return (
        row && {
          position: Number(row['position']),
          recordedAt: String(row['recorded_at']),
          logHash: String(row['log_hash']),
        }
      );
    },
    streamEnd: (stream: string): StreamEnd | undefined => {
      const row = streamEnd.get(stream);
      if (row === undefined) return droppedEnd(db, stream);
      return {
        key: Number(row['key']),
        revision: Number(row['revision']),
        position: Number(row['position']),
        recordedAt: String(row['recorded_at']),
      };
    },
    /** Where the event of this id stands, when it is the one at this revision. */
    standing: (streamKey: number, revision: number, id: string): Appended | undefined => {
      const row = eventAt.get(streamKey, revision);
      return row !== undefined && uuidBytes(id).equals(row['id'] as Uint8Array)
        ? { revision, position: Number(row['position']), recordedAt: String(row['recorded_at']) }
        : undefined;
    },
    hasId: (id: string): boolean => hasId.get(uuidBytes(id)) !== undefined,
    addStream: (stream: string): number => Number(addStream.run(stream).lastInsertRowid),
    addEvent: (event: EventToAppend, at: LogHead, streamKey: number, revision: number): void => {
      addEvent.run(
        at.position,
        streamKey,
        revision,
        uuidBytes(event.id),
        event.type,
        event.payload,
        event.metadata,
        bytesOf(event.hash),
        at.recordedAt,
        bytesOf(at.logHash),
      );
    },
    replacePayload: (position: number, payload: string): void => {
      replacePayload.run(payload, position);
    },
    /** Gives a transaction something to flush. (SQLite writes no page whose content stays as it was.) */
    touch: (): void => {
      touch.run();
      seal(db);
    },
  };
};
