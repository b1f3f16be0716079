import type { DatabaseSync } from 'node:sqlite';
import type { ArchivedEra } from '../../domain/port/drop-era.ts';
import { bytesOf } from './bytes.ts';
import { droppedTable } from './schema.ts';
import { seal } from './seal.ts';

/** Few enough that an ADD does not wait for them noticeably: some 10 ms. */
const eventsAtOnce = 1000;
const pagesAtOnce = 500;

/** In the order of the columns of `next`. */
type Row = [position: number, revision: number, hash: Uint8Array, logHash: Uint8Array, recordedAt: string];

/** Rows whose positions follow one on the other. */
const runsIn = (rows: ReadonlyArray<Row>): ReadonlyArray<{ readonly first: Row; readonly last: Row }> => {
  const runs: { first: Row; last: Row }[] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && run.last[0] + 1 === row[0]) run.last = row;
    else runs.push({ first: row, last: row });
  }
  return runs;
};

const dropSome = (db: DatabaseSync, { stream, archive }: ArchivedEra): boolean => {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(droppedTable);
    const key = Number(db.prepare('SELECT key FROM stream WHERE name = ?').get(stream)?.['key']);
    const rows = db
      .prepare(
        `SELECT position, revision, hash, log_hash, recorded_at FROM event
          WHERE stream = ? ORDER BY revision LIMIT ${eventsAtOnce}`,
        { returnArrays: true },
      )
      .all(key) as unknown as ReadonlyArray<Row>;
    // The run before it, found by the key: where streams alternate there are as many runs as events.
    const lengthen = db.prepare(
      `UPDATE dropped SET to_position = ?, to_revision = ?, hash = ?, log_hash = ?, recorded_at = ?
        WHERE from_position = (SELECT max(from_position) FROM dropped WHERE from_position < ?)
          AND stream = ? AND to_position = ?`,
    );
    const add = db.prepare('INSERT INTO dropped VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const { first, last } of runsIn(rows)) {
      const [to, toRevision, hash, logHash, recordedAt] = last;
      const { changes } = lengthen.run(
        to,
        toRevision,
        hash,
        logHash,
        recordedAt,
        first[0],
        key,
        first[0] - 1,
      );
      if (changes === 0)
        add.run(first[0], to, key, first[1], toRevision, hash, logHash, recordedAt, bytesOf(archive));
    }
    db.prepare('DELETE FROM event WHERE stream = ? AND revision <= ?').run(key, rows.at(-1)?.[1] ?? -1);
    seal(db);
    db.exec('COMMIT');
    return rows.length === eventsAtOnce;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

const pragma = (db: DatabaseSync, name: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

/** What `PRAGMA auto_vacuum` says of a file that gives room back by the piece. */
const incremental = 2;

/**
 * Takes an era's events out, some at a time, each of it in one transaction with what stands for them; then the free pages leave the
 * file. A log from before eras is written anew once for that, as a whole, which wants room for what is left of it.
 * `turn` gives others their turn in between. Throws what SQLite refuses.
 */
export const dropEvents = async (
  db: DatabaseSync,
  era: ArchivedEra,
  turn: () => Promise<void>,
): Promise<void> => {
  while (dropSome(db, era)) await turn();
  if (pragma(db, 'auto_vacuum') !== incremental) {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
    return;
  }
  for (let left = pragma(db, 'freelist_count'); left > 0; left = pragma(db, 'freelist_count')) {
    db.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
    await turn();
  }
};
