import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  knownAsOf,
  type OwnershipSpan,
  type Period,
  touches,
} from '../../domain/projection/ownership-span.ts';
import type { Point } from '../../domain/time/point.ts';
import type { ReadRow } from './rows.ts';
import { lasting, widest } from './schema.ts';

const arrays = { returnArrays: true } as const;

const byPosition = (a: OwnershipSpan, b: OwnershipSpan): number => a.from.position - b.from.position;

/** Asks once per width, and once for what lasts: see `widthOf`. */
const acrossWidths = (
  ask: (width: number, after: number) => ReadonlyArray<unknown>,
  begin: number,
): ReadonlyArray<unknown> => {
  const found = Array.from({ length: widest + 1 }, (_, width) => ask(width, begin - 2 ** width));
  return [ask(lasting, -Number.MAX_SAFE_INTEGER), ...found].flat();
};

/** What each found row says is held against the question once more: the columns only find. */
const spansOf = <S extends OwnershipSpan>(
  rows: ReadonlyArray<unknown>,
  read: ReadRow<S>,
  holds: (span: S) => boolean,
): ReadonlyArray<S> => rows.map(read).filter(holds).sort(byPosition);

const timeQuery = (db: DatabaseSync, table: 'allocation' | 'given'): StatementSync =>
  db.prepare(
    `SELECT about, checksum FROM ${table}
     WHERE width = ?1 AND since > ?2 AND since <= ?4 AND (until IS NULL OR until > ?3)`,
    arrays,
  );

const positionQuery = (db: DatabaseSync, table: 'allocation' | 'given'): StatementSync =>
  db.prepare(
    `SELECT about, checksum FROM ${table}
     WHERE position_width = ?1 AND id > ?2 AND id <= ?3 AND (closed IS NULL OR closed > ?3)`,
    arrays,
  );

/** Spans of a table that lasted at a point. */
export const spansAt = <S extends OwnershipSpan>(
  db: DatabaseSync,
  table: 'allocation' | 'given',
  read: ReadRow<S>,
) => {
  const byTime = timeQuery(db, table);
  const byPlace = positionQuery(db, table);
  return (point: Point): ReadonlyArray<S> => {
    if ('position' in point) {
      const { position } = point;
      const ask = (width: number, after: number) => byPlace.all(width, after, position);
      return spansOf(acrossWidths(ask, position), read, (span) => knownAsOf(span, position));
    }
    const { at } = point;
    const ask = (width: number, after: number) => byTime.all(width, after, at, at);
    return spansOf(acrossWidths(ask, at), read, (span) => touches(span, { from: at, to: at }));
  };
};

/** Spans of attachments that held an address at some moment of a period. */
export const spansOfAddress = <S extends OwnershipSpan>(db: DatabaseSync, read: ReadRow<S>) => {
  const query = db.prepare(
    `SELECT about, checksum FROM address JOIN allocation USING (width, since, id, place)
     WHERE address.address = ?1 AND address.width = ?2 AND address.since > ?3 AND address.since <= ?4`,
    arrays,
  );
  return (address: string, period: Period): ReadonlyArray<S> => {
    const ask = (width: number, after: number) => query.all(address, width, after, period.to);
    return spansOf(acrossWidths(ask, period.from), read, (span) => touches(span, period));
  };
};

/** All spans that an equation finds. */
export const spansWhere = <S extends OwnershipSpan>(
  db: DatabaseSync,
  table: 'allocation' | 'given',
  where: string,
  read: ReadRow<S>,
) => {
  const query = db.prepare(`SELECT about, checksum FROM ${table} WHERE ${where}`, arrays);
  return (...values: ReadonlyArray<string>): ReadonlyArray<S> =>
    spansOf(query.all(...values), read, () => true);
};
