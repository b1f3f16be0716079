import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { LogReader, LogUnreadable } from '../../domain/port/log-reader.ts';
import type { IndexFailure, OpenOwnershipIndex, OwnershipIndex } from '../../domain/port/ownership-index.ts';
import { readGaps } from './catch-up.ts';
import { inspect } from './inspect.ts';
import { alone } from './lock.ts';
import { extend, fill, replace } from './make.ts';
import { indexPath } from './path.ts';
import { queriesOf } from './queries.ts';
import { repairing } from './repair.ts';

export type IndexOptions = {
  /** The log's file: its index lies beside it when that folder can be written. */
  readonly logPath: string;
  /** Where the indexes of logs lie whose folders cannot be written. */
  readonly cacheFolder: string;
  /** Makes a folder and those above it, or throws. */
  readonly makeFolders: (path: string, mode: number) => void;
  /** The log as it is now, whatever the first reader saw. */
  readonly reopenLog: () => E.Either<LogUnreadable, LogReader>;
};

type Made = E.Either<IndexFailure, OwnershipIndex>;
type Progress = (position: number) => void;

const hashNow =
  (reopenLog: IndexOptions['reopenLog']) =>
  (position: number): string | undefined => {
    const opened = reopenLog();
    if (E.isLeft(opened)) return undefined;
    try {
      return opened.right.at(position)?.logHash;
    } finally {
      opened.right.close();
    }
  };

/** Opens the index at this path, made, extended or replaced as it needs. Throws what the machine refuses. */
const openAt = (
  path: string,
  log: LogReader,
  { reopenLog }: IndexOptions,
  onProgress: Progress,
  anew: boolean,
): Made => {
  const freshHash = hashNow(reopenLog);
  const look = () => inspect(path, log, freshHash);
  const quick = anew ? { is: 'useless' as const } : look();
  if (quick.is === 'current') return E.right(queriesOf(quick.db, quick.log));
  return alone(path, (): Made => {
    const found = anew ? quick : look();
    const made =
      found.is === 'current'
        ? E.right(found.db.close())
        : found.is === 'behind'
          ? extended(path, log, found.from, onProgress)
          : replace(path, log, onProgress);
    if (E.isLeft(made)) return made;
    const fits = look();
    if (fits.is !== 'current') throw new Error(`the index ${path} changed while it was made`);
    return E.right(queriesOf(fits.db, fits.log));
  });
};

/** What cannot be extended is damaged: it is replaced. */
const extended = (path: string, log: LogReader, from: number, onProgress: Progress) => {
  try {
    return extend(path, log, from, onProgress);
  } catch {
    return replace(path, log, onProgress);
  }
};

/** An index for this one answer, of which no name is left behind. */
const openPrivate = (log: LogReader, onProgress: Progress): Made => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-index-'));
  const path = join(folder, 'index');
  try {
    const made = fill(path, log, onProgress);
    if (E.isLeft(made)) return made;
    const db = new DatabaseSync(path, { readOnly: true });
    // SQLite opens the file at the first look.
    db.exec('BEGIN; SELECT 1 FROM state');
    return E.right(queriesOf(db, { logId: log.identity.logId, end: log.end(), gaps: readGaps(db) }));
  } catch (error) {
    return E.left({ type: 'index-unavailable', path, reason: String(error) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const attempt = (open: () => Made): Made | undefined => {
  try {
    return open();
  } catch {
    return undefined;
  }
};

/**
 * Opens the index of a log. Wherever it may lie and whatever is wrong with it, the answers are the same: beside the log, else in
 * the cache folder, else made for this once.
 */
export const openSqliteIndex =
  (options: IndexOptions): OpenOwnershipIndex =>
  (log, onProgress) => {
    const { logPath, cacheFolder, makeFolders } = options;
    const open = (anew: boolean): Made => {
      const inCache = (): Made => {
        makeFolders(cacheFolder, 0o700);
        return openAt(join(cacheFolder, `${log.identity.logId}-index`), log, options, onProgress, anew);
      };
      return (
        attempt(() => openAt(indexPath(logPath), log, options, onProgress, anew)) ??
        attempt(inCache) ??
        openPrivate(log, onProgress)
      );
    };
    const opened = open(false);
    return E.isLeft(opened) ? opened : E.right(repairing(opened.right, () => open(true)));
  };
