import type { DatabaseSync } from 'node:sqlite';
import type { LeanEvent } from '../../domain/port/log-reader.ts';
import { pageEvents } from './page-events.ts';

/** In the order of the columns below. */
type LeanRow = [number, number, number, string, string, string, string];

/** Rows come by the page: that halves the time that each takes. */
export const leanPagesOf = function* (
  db: DatabaseSync,
  nameOf: (key: number) => string,
  from: number,
): Generator<ReadonlyArray<LeanEvent>, void> {
  const rows = db.prepare(
    `SELECT position, stream, revision, type, payload, metadata, recorded_at FROM event
      WHERE position >= ? ORDER BY position LIMIT ${pageEvents}`,
    { returnArrays: true },
  );
  for (let next = from; ; ) {
    const page = rows.all(next) as unknown as ReadonlyArray<LeanRow>;
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
