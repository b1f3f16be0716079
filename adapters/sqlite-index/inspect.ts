import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { IndexedLog } from '../../domain/port/ownership-index.ts';
import { readGaps } from './catch-up.ts';
import { shape } from './schema.ts';

/** What an index is to a log. */
export type Fitness =
  | { readonly is: 'current'; readonly db: DatabaseSync; readonly log: IndexedLog }
  /** Right as far as it goes. */
  | { readonly is: 'behind'; readonly from: number }
  | { readonly is: 'useless' };

const useless: Fitness = { is: 'useless' };

/**
 * Looks at an index beside a log. One that goes further than this reader is held against a fresh reading: another program may have
 * brought it up to events that came since. Whatever is wrong with the file makes it useless, and nothing more.
 */
export const inspect = (
  path: string,
  log: LogReader,
  freshHash: (position: number) => string | undefined,
): Fitness => {
  if (!existsSync(path)) return useless;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
    db.exec('BEGIN');
    const row = db.prepare('SELECT * FROM state').get();
    const position = Number(row?.['position'] ?? Number.NaN);
    const end = log.end();
    const sameLog = row?.['log_id'] === log.identity.logId && row['epoch'] === log.identity.epoch;
    const hash = position > (end?.position ?? -1) ? freshHash(position) : log.at(position)?.logHash;
    if (!sameLog || row['shape'] !== shape || row['log_hash'] !== (position < 0 ? '' : hash)) {
      db.close();
      return useless;
    }
    const gaps = readGaps(db);
    const archived = new Set(log.archived().map(({ archive }) => archive));
    // What it lacks has been given now.
    if (gaps.some(({ archive }) => !archived.has(archive))) {
      db.close();
      return useless;
    }
    if (position < (end?.position ?? -1)) {
      db.close();
      return { is: 'behind', from: position + 1 };
    }
    const known = { position, logHash: String(row['log_hash']), recordedAt: String(row['recorded_at']) };
    return {
      is: 'current',
      db,
      log: { logId: log.identity.logId, end: position < 0 ? undefined : known, gaps },
    };
  } catch {
    db?.close();
    return useless;
  }
};
