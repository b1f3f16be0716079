import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Grant, OwnershipSpan } from '../../domain/projection/ownership-span.ts';
import { allocationReader } from './allocation-text.ts';
import { DamagedIndex } from './damaged-index.ts';
import { widthOf } from './schema.ts';

/** What both tables of spans have: width, since, until, position_width, closed, about, checksum. */
export const columnsOf = (span: OwnershipSpan, about: string): ReadonlyArray<number | string | null> => {
  const { earliest, latest, from, to } = span;
  const until = to === undefined ? undefined : latest;
  return [
    widthOf(earliest, until),
    earliest,
    until ?? null,
    widthOf(from.position, to?.position),
    to?.position ?? null,
    about,
    crc32(about),
  ];
};

/** The names of the streams by their numbers, which count from 0. */
export const streamNames = (db: DatabaseSync): ReadonlyArray<string> =>
  db
    .prepare('SELECT name FROM stream ORDER BY key')
    .all()
    .map(({ name }) => String(name));

/** Reads rows of `[about, checksum]`. */
export type ReadRow<S extends OwnershipSpan> = (row: unknown) => S;

const checked = (row: unknown): string => {
  const [about, checksum] = row as readonly [string, number];
  if (crc32(about) !== checksum) throw new DamagedIndex('a row does not match its checksum');
  return about;
};

export const grantOf: ReadRow<Grant> = (row) => JSON.parse(checked(row)) as Grant;

export const allocationsIn = (db: DatabaseSync) => {
  const read = allocationReader(streamNames(db));
  return (row: unknown) => read(checked(row));
};
