import type { DatabaseSync } from 'node:sqlite';
import type { LeanEvent } from '../../domain/port/log-reader.ts';

const pageEvents = 1000;

/** In the order of the columns below. */
type LeanRow = [number, number, number, string, string, string, string];

/** Stream names are looked up once, and rows come by the page: both halve the time that a row takes. */
export const leanPagesOf = function* (
  db: DatabaseSync,
  from: number,
): Generator<ReadonlyArray<LeanEvent>, void> {
  const names: string[] = [];
  for (const { key, name } of db.prepare('SELECT key, name FROM stream').all())
    names[Number(key)] = String(name);
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
      stream: names[key] ?? '',
      revision,
      type,
      payload,
      metadata,
      recordedAt,
    }));
    next = last[0] + 1;
  }
};
