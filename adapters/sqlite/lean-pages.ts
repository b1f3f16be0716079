import type { DatabaseSync } from 'node:sqlite';
import type { LeanEvent } from '../../domain/port/log-reader.ts';
import { pageEvents } from './page-events.ts';

/** In the order of the columns below. */
type LeanRow = [number, number, number, string, string, string, string];

/** Of more streams than any log has no byte is kept for each. */
const mostKeys = 1 << 24;

/**
 * Whether a row is of a share, by a byte for each stream: a list would be made into a table anew with each page, which was a quarter of all. The
 * `+` keeps SQLite from the index of streams: by it each row is looked up apart, and these lie in the order of the file.
 */
const inShare = `AND substr(?, +stream + 1, 1) = x'01'`;

const shareOf = (db: DatabaseSync, streams: ReadonlyArray<string>): Buffer => {
  const keys = db
    .prepare('SELECT key FROM stream WHERE name IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(streams))
    .map(({ key }) => Number(key));
  const last = keys.reduce((most, key) => Math.max(most, key), 0);
  if (last >= mostKeys) throw new RangeError(`no log has a stream with the key ${last}: the file is damaged`);
  const share = Buffer.alloc(last + 1);
  for (const key of keys) share[key] = 1;
  return share;
};

/**
 * Rows come by the page: that halves the time that each takes. Of all streams, or of those that are named; throws a `RangeError` where one of
 * these has a key that only a damaged log has.
 */
export const leanPagesOf = function* (
  db: DatabaseSync,
  nameOf: (key: number) => string,
  from: number,
  streams?: ReadonlyArray<string>,
): Generator<ReadonlyArray<LeanEvent>, void> {
  const rows = db.prepare(
    `SELECT position, stream, revision, type, payload, metadata, recorded_at FROM event
      WHERE position >= ? ${streams === undefined ? '' : inShare} ORDER BY position LIMIT ${pageEvents}`,
    { returnArrays: true },
  );
  const share = streams === undefined ? [] : [shareOf(db, streams)];
  for (let next = from; ; ) {
    const page = rows.all(next, ...share) as unknown as ReadonlyArray<LeanRow>;
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
