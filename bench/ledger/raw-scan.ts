import { DatabaseSync } from 'node:sqlite';
import { type MeasureLog, secondsSince } from './figures.ts';

/** The least that any reader of all events does, written as one would write it. */
export const rawScan: MeasureLog = async (path) => {
  const db = new DatabaseSync(path, { readOnly: true });
  const begun = performance.now();
  for (const row of db.prepare('SELECT payload, metadata FROM event ORDER BY position').iterate()) {
    JSON.parse(String(row['payload']));
    JSON.parse(String(row['metadata']));
  }
  const rawScanS = secondsSince(begun);
  db.close();
  return { rawScanS };
};
