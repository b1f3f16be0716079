import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { IndexFailure } from '../../domain/port/ownership-index.ts';
import { catchUp } from './catch-up.ts';
import { indexes, tables } from './schema.ts';

type Progress = (position: number) => void;

const remove = (path: string): void => {
  for (const file of [path, `${path}-journal`]) rmSync(file, { force: true });
};

/** Fills an empty file, readable by its owner alone, in one transaction that nothing could undo: what fails is thrown away whole. */
export const fill = (path: string, log: LogReader, onProgress: Progress): E.Either<IndexFailure, void> => {
  closeSync(openSync(path, 'wx', 0o600));
  const db = new DatabaseSync(path);
  try {
    db.exec(
      'PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; BEGIN',
    );
    db.exec(tables);
    const done = catchUp(db, log, 0, onProgress);
    if (E.isRight(done)) db.exec(`${indexes} COMMIT`);
    return done;
  } finally {
    db.close();
  }
};

/** Puts a new index in the place of whatever is there; under the lock. Who reads the old one reads on in it. */
export const replace = (path: string, log: LogReader, onProgress: Progress): E.Either<IndexFailure, void> => {
  const building = `${path}-new`;
  remove(building);
  const made = fill(building, log, onProgress);
  if (E.isLeft(made)) {
    remove(building);
    return made;
  }
  const file = openSync(building, 'r');
  fsyncSync(file);
  closeSync(file);
  remove(path);
  renameSync(building, path);
  return made;
};

/** Brings an index that is behind up to the log's end; under the lock. Throws what SQLite refuses; then nothing was changed. */
export const extend = (
  path: string,
  log: LogReader,
  from: number,
  onProgress: Progress,
): E.Either<IndexFailure, void> => {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  try {
    db.exec('PRAGMA secure_delete = ON; BEGIN IMMEDIATE');
    const done = catchUp(db, log, from, onProgress);
    db.exec(E.isRight(done) ? 'COMMIT' : 'ROLLBACK');
    return done;
  } finally {
    db.close();
  }
};
