import type { DatabaseSync } from 'node:sqlite';
import { sealBroken } from './seal.ts';

/**
 * What SQLite itself finds wrong with a log: its pages, the types and constraints of its tables, and the row that names the log.
 * Takes half a second per million events. Whether the indexes list every row is not asked, which would take ten times as long:
 * they may mislead a search, and no proof rests on them. Throws what SQLite cannot even check.
 */
export const damageOf = (db: DatabaseSync): string | undefined => {
  const [found] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (found !== 'ok') return String(found).replaceAll('\n', ' ');
  return sealBroken(db) ? 'a row that no chain covers was altered (table meta or dropped)' : undefined;
};
