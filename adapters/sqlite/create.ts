import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { forgetWhatIsDeleted } from './connect.ts';
import { createOwned } from './owner.ts';
import { applicationId, firstSchema, tables } from './schema.ts';
import { seal } from './seal.ts';

/**
 * Makes an empty log, readable by its owner alone. It is built whole under another name and then linked: a file of the
 * log's name is never half made, and one that appears meanwhile is never replaced. Throws what the machine refuses.
 */
export const createLog = (path: string, identity: LogIdentity, created: string): void => {
  const building = `${path}-new`;
  const clear = (): void => {
    for (const left of [building, `${building}-journal`]) rmSync(left, { force: true });
  };
  clear();
  try {
    createOwned(building, path);
    const db = beginTables(building, identity, created);
    try {
      commitTables(db);
    } finally {
      db.close();
    }
    giveName(building, path);
  } finally {
    clear();
  }
};

/** The tables of a new log, in a transaction that is still open. */
export const beginTables = (path: string, identity: LogIdentity, created: string): DatabaseSync => {
  const db = new DatabaseSync(path);
  try {
    // Lets a dropped era's room go back to the file system; it can be said of an empty file only.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    db.exec(`
      ${forgetWhatIsDeleted};
      BEGIN;
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${firstSchema};
      ${tables}
    `);
    db.prepare('INSERT INTO meta VALUES (1, ?, ?, ?, 0)').run(identity.logId, identity.epoch, created);
    seal(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

export const commitTables = (db: DatabaseSync): void => db.exec('COMMIT; PRAGMA journal_mode = WAL');

/** The log that was built under another name gets its own, on disk; refused when something has it already. */
export const giveName = (building: string, path: string): void => {
  linkSync(building, path);
  syncFolder(dirname(path));
};

/**
 * The same for the names of a log that is there, at its opening. Where the disk refused the flush of before, Linux takes the folder for
 * written (`latch.ts`), and another flush alone would leave the log without its name. So a name is added and taken away: that
 * makes the folder one to be written. Throws what the system refuses.
 */
export const renewNames = (path: string): void => {
  const name = `${path}-name`;
  rmSync(name, { force: true });
  linkSync(`${path}-lock`, name);
  rmSync(name);
  syncFolder(dirname(path));
};

/** Brings the names in a folder to the disk. */
export const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
};
