import type { DatabaseSync } from 'node:sqlite';
import type { StreamEnd } from '../../domain/esdb/standing.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { uuidOf } from './bytes.ts';

/** The questions of clients' reads, prepared once. All throw what SQLite refuses; none leaves a transaction open. */
export type ClientStatements = ReturnType<typeof prepareClientReads>;

/** A page ends with the event that exceeds this many characters, or after this many events. */
const pageCharacters = 1 << 20;
export const pageEvents = 500;

/** Streams whose names are remembered. */
const mostNames = 50_000;

/** In the order of `columns`. */
type Row = [number, number, number, string, string, string, string, string, string];

const columns =
  'position, stream, revision, lower(hex(id)), type, payload, metadata, lower(hex(hash)), recorded_at';

/** Events in the order of reading, and whether there were no more. */
export type Rows = { readonly events: ReadonlyArray<RecordedEvent>; readonly isLast: boolean };

export const prepareClientReads = (db: DatabaseSync) => {
  const rowsOf = (where: string, order: string) =>
    db.prepare(`SELECT ${columns} FROM event WHERE ${where} ORDER BY ${order} LIMIT ?`, {
      returnArrays: true,
    });
  const ofStream = 'stream = (SELECT key FROM stream WHERE name = ?)';
  const statements = {
    forwards: {
      all: rowsOf('position >= ? AND position <= ?', 'position'),
      stream: rowsOf(`${ofStream} AND revision >= ? AND revision <= ?`, 'revision'),
    },
    backwards: {
      all: rowsOf('position >= ? AND position <= ?', 'position DESC'),
      stream: rowsOf(`${ofStream} AND revision >= ? AND revision <= ?`, 'revision DESC'),
    },
  };
  const end = db.prepare(`
    SELECT revision, position, lower(hex(hash)) AS hash, type FROM event
    WHERE ${ofStream} AND position <= ? ORDER BY revision DESC LIMIT 1`);
  const payload = db.prepare('SELECT payload FROM event WHERE position = ?');
  const lastIds = db.prepare(
    `SELECT json_extract(payload, '$.id'), position FROM event WHERE position > ? AND json_valid(payload)`,
    { returnArrays: true },
  );
  const recordedAt = db.prepare(`SELECT recorded_at FROM event WHERE ${ofStream} AND revision = ?`);
  const nameOf = db.prepare('SELECT name FROM stream WHERE key = ?');

  const names = new Map<number, string>();
  const named = (key: number): string => {
    const known = names.get(key);
    if (known !== undefined) return known;
    if (names.size === mostNames) names.clear();
    const name = String(nameOf.get(key)?.['name']);
    names.set(key, name);
    return name;
  };

  const page = (rows: Iterable<unknown>, limit: number): Rows => {
    const events: RecordedEvent[] = [];
    let characters = 0;
    for (const row of rows as Iterable<Row>) {
      const [position, key, revision, id, type, payload, metadata, hash, stamp] = row;
      events.push({
        position,
        stream: named(key),
        revision,
        id: uuidOf(id),
        type,
        payload,
        metadata,
        hash,
        recordedAt: stamp,
      });
      characters += type.length + payload.length + metadata.length;
      // Leaving the loop resets the statement, which ends its read transaction.
      if (characters > pageCharacters) return { events, isLast: false };
    }
    return { events, isLast: events.length < limit };
  };

  return {
    /** Between two positions, both included, in the order of reading. */
    all: (direction: 'forwards' | 'backwards', low: number, high: number, limit: number): Rows =>
      page(statements[direction].all.iterate(low, high, limit), limit),
    /** Between two revisions, both included, in the order of reading. */
    stream: (
      direction: 'forwards' | 'backwards',
      stream: string,
      low: number,
      high: number,
      limit: number,
    ): Rows => page(statements[direction].stream.iterate(stream, low, high, limit), limit),
    /** The last event of a stream up to a position. */
    end: (stream: string, upTo: number): StreamEnd | undefined => {
      const row = end.get(stream, upTo);
      return (
        row && {
          revision: Number(row['revision']),
          position: Number(row['position']),
          hash: String(row['hash']),
          type: String(row['type']),
        }
      );
    },
    /** The ids that clients gave to events behind a position; of other events anything. */
    idsBehind: (position: number): ReadonlyArray<readonly [id: unknown, position: number]> =>
      lastIds.all(position) as unknown as ReadonlyArray<readonly [unknown, number]>,
    payloadOf: (event: StreamEnd | undefined): string | undefined =>
      event && (payload.get(event.position)?.['payload'] as string | undefined),
    recordedAt: (stream: string, revision: number): string | undefined =>
      recordedAt.get(stream, revision)?.['recorded_at'] as string | undefined,
  };
};
