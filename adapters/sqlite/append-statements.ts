import type { DatabaseSync } from 'node:sqlite';
import type { Appended, EventToAppend, StreamHead } from '../../domain/port/event-store.ts';
import { supersededId } from '../../domain/superseded.ts';
import { uuidOf } from './bytes.ts';
import { droppedRuns, lastRunOf } from './dropped-runs.ts';
import { seal } from './seal.ts';

/** The log's last event: what the next one follows. */
export type LogHead = { readonly position: number; readonly recordedAt: string; readonly logHash: string };

/** A stream's last event, and the stream's key in the file. */
export type StreamEnd = Appended & StreamHead & { readonly key: number; readonly type: string };

/** An event that stands in the log. */
export type Stands = Appended & StreamHead & { readonly id: string };

/**
 * What an append asks of the tables and writes to them, prepared once. All throw what SQLite refuses. What each append runs is asked for its row,
 * of which there is none: `run` would make an object of how many there are.
 */
export type AppendStatements = ReturnType<typeof prepareAppends>;

const standsIn = (row: Record<string, unknown> | undefined): Stands | undefined =>
  row && {
    revision: Number(row['revision']),
    position: Number(row['position']),
    recordedAt: String(row['recorded_at']),
    id: uuidOf(String(row['id'])),
    hash: String(row['hash']),
  };

/** A stream that was dropped whole has ended where it had. */
const droppedEnd = (db: DatabaseSync, stream: string): StreamEnd | undefined => {
  const run = lastRunOf(droppedRuns(db), stream);
  if (run === undefined) return undefined;
  const key = Number(db.prepare('SELECT key FROM stream WHERE name = ?').get(stream)?.['key']);
  const { toRevision: revision, to: position, recordedAt, hash } = run;
  return { key, revision, position, recordedAt, hash, type: '' };
};

export const prepareAppends = (db: DatabaseSync) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const logHead = db.prepare(
    'SELECT position, recorded_at, log_hash FROM log ORDER BY position DESC LIMIT 1',
  );
  const streamEnd = db.prepare(`
    SELECT key, revision, position, recorded_at, lower(hex(hash)) AS hash, type
    FROM stream JOIN event ON event.stream = stream.key
    WHERE name = ? ORDER BY revision DESC LIMIT 1`);
  const stands =
    'SELECT revision, position, recorded_at, lower(hex(id)) AS id, lower(hex(hash)) AS hash FROM event';
  const eventAt = db.prepare(`${stands} WHERE stream = ? AND revision = ?`);
  const eventOf = db.prepare(`${stands} WHERE id = unhex(?, '-')`);
  const knownAmong = db.prepare(
    "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM event WHERE id = unhex(value, '-')) LIMIT 1",
  );
  const eventOn = db.prepare(
    'SELECT stream, revision, position, lower(hex(hash)) AS hash, payload FROM event WHERE position = ?',
  );
  // A stream all of whose events were superseded has its row still.
  const addStream = db.prepare(
    'INSERT INTO stream (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING key',
  );
  const behind = db.prepare(
    'SELECT position, lower(hex(id)) AS id FROM event WHERE stream = ? AND revision > ? ORDER BY revision',
  );
  const rename = db.prepare("UPDATE event SET stream = ?, id = unhex(?, '-') WHERE position = ?");
  // Texts all: SQLite makes bytes of them in a fraction of the time that buffers take.
  const addEvent = db.prepare(
    "INSERT INTO event VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?, unhex(?), ?, unhex(?))",
  );
  const replacePayload = db.prepare('UPDATE event SET payload = ? WHERE position = ?');
  const touch = db.prepare('UPDATE meta SET flushes = flushes + 1');

  return {
    begin: (): void => {
      begin.get();
    },
    commit: (): void => {
      commit.get();
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
        hash: String(row['hash']),
        type: String(row['type']),
      };
    },
    at: (streamKey: number, revision: number): Stands | undefined =>
      standsIn(eventAt.get(streamKey, revision)),
    find: (id: string): Stands | undefined => standsIn(eventOf.get(id)),
    /** The first of these ids that an event has. */
    firstKnown: (ids: ReadonlyArray<string>): string | undefined => {
      const row = knownAmong.get(JSON.stringify(ids));
      return row && String(row['value']);
    },
    on: (position: number): (StreamHead & { readonly key: number; readonly payload: string }) | undefined => {
      const row = eventOn.get(position);
      return (
        row && {
          key: Number(row['stream']),
          revision: Number(row['revision']),
          position,
          hash: String(row['hash']),
          payload: String(row['payload']),
        }
      );
    },
    addStream: (stream: string): number => Number(addStream.get(stream)?.['key']),
    /** Gives what stands behind a revision of a stream to the stream of this key, under ids of its own. */
    supersede: (from: number, revision: number, to: number, epoch: number): void => {
      for (const row of behind.all(from, revision))
        rename.run(to, supersededId(uuidOf(String(row['id'])), epoch), Number(row['position']));
    },
    addEvent: (event: EventToAppend, at: LogHead, streamKey: number, revision: number): void => {
      addEvent.get(
        at.position,
        streamKey,
        revision,
        event.id,
        event.type,
        event.payload,
        event.metadata,
        event.hash,
        at.recordedAt,
        at.logHash,
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
