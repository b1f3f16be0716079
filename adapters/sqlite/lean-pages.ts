import type { DatabaseSync } from 'node:sqlite';
import type { LeanEvent } from '../../domain/port/log-reader.ts';
import { pageEvents } from './page-events.ts';

/** In the order of the columns below. */
type LeanRow = [number, number, number, string, string, string, string];

/** The `+` keeps SQLite from the index of streams: by it each row is looked up apart, and these lie in the order of the file. */
const amongKeys = 'AND +stream IN (SELECT value FROM json_each(?))';

/** A JSON array; looked up once, for the condition is evaluated anew with each page. */
const keysOf = (db: DatabaseSync, streams: ReadonlyArray<string>): string =>
  String(
    db
      .prepare(
        `SELECT json_group_array(key) AS keys FROM stream WHERE name IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(streams))?.['keys'],
  );

/** Rows come by the page: that halves the time that each takes. Of all streams, or of those that are named. */
export const leanPagesOf = function* (
  db: DatabaseSync,
  nameOf: (key: number) => string,
  from: number,
  streams?: ReadonlyArray<string>,
): Generator<ReadonlyArray<LeanEvent>, void> {
  const rows = db.prepare(
    `SELECT position, stream, revision, type, payload, metadata, recorded_at FROM event
      WHERE position >= ? ${streams === undefined ? '' : amongKeys} ORDER BY position LIMIT ${pageEvents}`,
    { returnArrays: true },
  );
  const among = streams === undefined ? [] : [keysOf(db, streams)];
  for (let next = from; ; ) {
    const page = rows.all(next, ...among) as unknown as ReadonlyArray<LeanRow>;
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(([position, key, revision, type, payload, metadata, recordedAt]) => ({
      position,
      stream: nameOf(key),
      revision,
      type,
      payload,
      metadata,
      recordedAt,
    }));
    next = last[0] + 1;
  }
};
