import { existsSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import type {
  LogMirror,
  LogMirrors,
  MirrorEnd,
  MirrorUnavailable,
  Source,
} from '../../domain/port/log-mirror.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import { prepareAppends } from './append-statements.ts';
import { connect } from './connect.ts';
import { createLog } from './create.ts';
import { reasonOf } from './reason.ts';

/** Where the other log's copy ends there; a table that readers of a log do not know. */
const table =
  'CREATE TABLE IF NOT EXISTS mirrored (only INTEGER PRIMARY KEY CHECK (only = 1), there INTEGER NOT NULL, seen TEXT NOT NULL) STRICT';

const mirrorOver = (db: DatabaseSync, path: string): LogMirror => {
  db.exec(table);
  const appends = prepareAppends(db);
  const end = db.prepare(`
    SELECT position, recorded_at, log_hash, there, seen FROM log, mirrored ORDER BY position DESC LIMIT 1`);
  const head = db.prepare(`
    SELECT key, revision, lower(hex(hash)) AS hash FROM stream JOIN event ON event.stream = stream.key
    WHERE name = ? ORDER BY revision DESC LIMIT 1`);
  const moved = db.prepare('INSERT OR REPLACE INTO mirrored VALUES (1, ?, ?)');
  const endNow = (): MirrorEnd | undefined => {
    const row = end.get();
    return (
      row && {
        position: Number(row['position']),
        recordedAt: String(row['recorded_at']),
        logHash: String(row['log_hash']),
        there: Number(row['there']),
        seen: String(row['seen']),
      }
    );
  };
  const put = (events: ReadonlyArray<LoggedEvent>, last: Source): void => {
    const keys = new Map<string, number>();
    for (const event of events) {
      const { stream, revision } = event;
      const key = keys.get(stream) ?? (Number(head.get(stream)?.['key'] ?? 0) || appends.addStream(stream));
      keys.set(stream, key);
      appends.addEvent(event, event, key, revision);
    }
    moved.run(last.there, last.seen);
  };
  return {
    path,
    end: endNow,
    head: (stream) => {
      const row = head.get(stream);
      return row && { revision: Number(row['revision']), hash: String(row['hash']) };
    },
    add: (events, last, after) =>
      E.tryCatch(
        () => {
          try {
            appends.begin();
            if (endNow()?.position !== after?.position) return false;
            put(events, last);
            appends.commit();
            return true;
          } finally {
            if (db.isTransaction) db.exec('ROLLBACK');
          }
        },
        (error) => unavailable(path, error),
      ),
    close: () => db.close(),
  };
};

const unavailable = (path: string, error: unknown): MirrorUnavailable => ({
  type: 'mirror-unavailable',
  path,
  reason: reasonOf(error, path),
});

/** Two that make it at once make the same: the first one's stays. */
const make = (path: string, identity: LogIdentity, created: string): void => {
  const own = `${path}-${process.pid}`;
  try {
    createLog(own, identity, created);
    if (!existsSync(path)) linkSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Another evioctl puts a batch there in less. */
const patienceMs = 10_000;

const nameOf = ({ logId, epoch }: LogIdentity): string => `${logId}-${epoch}.mirror`;

/** Makes a folder and those above it, or throws. */
type MakeFolders = (path: string, mode: number) => void;

/** Mirrors in a folder of their user's own, each a log that can be made again. */
export const sqliteMirrors = (folder: string, clock: Clock, makeFolders: MakeFolders): LogMirrors => {
  const removeFiles = (isGone: (name: string) => boolean): boolean => {
    const gone = existsSync(folder) ? readdirSync(folder).filter(isGone) : [];
    for (const name of gone) rmSync(join(folder, name), { force: true });
    return gone.length > 0;
  };
  return {
    open: (identity) => {
      const path = join(folder, nameOf(identity));
      return E.tryCatch(
        () => {
          makeFolders(folder, 0o700);
          if (!existsSync(path)) make(path, identity, clock.now());
          const db = connect(path);
          db.exec(`PRAGMA busy_timeout = ${patienceMs}`);
          return mirrorOver(db, path);
        },
        (error) => unavailable(path, error),
      );
    },
    remove: (identity) => {
      // Beside it lie its write-ahead file and what was derived from it.
      removeFiles((name) => name.startsWith(nameOf(identity)));
    },
    removeOthers: (identity) =>
      removeFiles(
        (name) =>
          name.startsWith(identity.logId) && name.includes('.mirror') && !name.startsWith(nameOf(identity)),
      ),
  };
};
