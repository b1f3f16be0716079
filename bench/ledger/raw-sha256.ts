import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { type MeasureLog, secondsSince } from './figures.ts';

/** What a verifier cannot do without: the bytes of every row through SHA-256, in one go. */
export const rawSha256: MeasureLog = async (path) => {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare('SELECT type, payload, metadata, id, hash, log_hash, recorded_at FROM event');
  rows.setReturnArrays(true);
  const digest = createHash('sha256');
  const begun = performance.now();
  for (const row of rows.iterate() as unknown as Iterable<ReadonlyArray<string | Uint8Array>>)
    for (const column of row) digest.update(column);
  digest.digest();
  const rawSha256S = secondsSince(begun);
  db.close();
  return { rawSha256S };
};
