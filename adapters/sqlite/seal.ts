import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { eachDroppedRun } from './dropped-runs.ts';

/*
 * No chain covers the row that names the log, nor those that stand for dropped events, so they have a hash of their own. It shows damage; who changes a row on purpose can
 * compute it anew, and is met by anchors, which name log and epoch.
 */

const sealOf = (db: DatabaseSync): string => {
  const row = db
    .prepare("SELECT json_array('evio-meta/1', only, log_id, epoch, created, flushes) AS text FROM meta")
    .get();
  const sealed = createHash('sha256').update(String(row?.['text']));
  // The text of an array of all runs, of which there may be very many, without ever being one.
  let before = '[';
  for (const run of eachDroppedRun(db)) {
    sealed.update(`${before}${JSON.stringify(run)}`);
    before = ',';
  }
  if (before === ',') sealed.update(']');
  return sealed.digest('hex');
};

/** Files made before there was a seal have none, and go on without. */
const isSealed = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'seal'").get() !== undefined;

/** Seals the row as it is now; in the transaction that wrote it. */
export const seal = (db: DatabaseSync): void => {
  if (isSealed(db))
    db.prepare('INSERT INTO seal VALUES (1, ?1) ON CONFLICT (only) DO UPDATE SET hash = ?1').run(sealOf(db));
};

/** Whether the row is not the one that was sealed. */
export const sealBroken = (db: DatabaseSync): boolean =>
  isSealed(db) && db.prepare('SELECT hash FROM seal').get()?.['hash'] !== sealOf(db);
