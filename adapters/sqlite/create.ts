import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { applicationId, schemaVersion, tables } from './schema.ts';

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
    closeSync(openSync(building, 'wx', 0o600));
    fill(building, identity, created);
    linkSync(building, path);
  } finally {
    clear();
  }
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
};

const fill = (path: string, identity: LogIdentity, created: string): void => {
  const db = new DatabaseSync(path);
  try {
    db.exec(`
      BEGIN;
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${schemaVersion};
      ${tables}
    `);
    db.prepare('INSERT INTO meta VALUES (1, ?, ?, ?, 0)').run(identity.logId, identity.epoch, created);
    db.exec('COMMIT; PRAGMA journal_mode = WAL');
  } finally {
    db.close();
  }
};
