import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import fc from 'fast-check';
import { verify, writeLog, writeRedactedLog } from './verified-log.ts';

type Kind = 'text' | 'bytes' | 'number';

const columns: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  event: {
    position: 'number',
    stream: 'number',
    revision: 'number',
    id: 'bytes',
    type: 'text',
    payload: 'text',
    metadata: 'text',
    hash: 'bytes',
    recorded_at: 'text',
    log_hash: 'bytes',
  },
  stream: { key: 'number', name: 'text' },
  meta: { only: 'number', log_id: 'text', epoch: 'number', created: 'text', flushes: 'number' },
};

/** Flips one bit of one value, past every constraint but those that make a second row of one; false where one does. */
const flip = (path: string, table: string, column: string, kind: Kind, row: number, bit: number): boolean => {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.exec('PRAGMA ignore_check_constraints = ON');
  const as = kind === 'number' ? column : `CAST(${column} AS BLOB)`;
  const read = db.prepare(`SELECT ${as} AS value FROM ${table} WHERE rowid = ?`);
  read.setReadBigInts(true);
  const value = read.get(row)?.['value'];
  const write = db.prepare(
    `UPDATE ${table} SET ${column} = ${kind === 'text' ? 'CAST(? AS TEXT)' : '?'} WHERE rowid = ?`,
  );
  try {
    if (typeof value === 'bigint') {
      write.run(BigInt.asIntN(64, value ^ (1n << BigInt(bit % 64))), row);
    } else {
      const bytes = Uint8Array.from(value as Uint8Array);
      const place = (bit >> 3) % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ (1 << (bit & 7));
      write.run(bytes, row);
    }
    return true;
  } catch (error) {
    if (error instanceof Error && /UNIQUE|PRIMARY KEY/.test(error.message)) return false;
    throw error;
  } finally {
    db.close();
  }
};

const rowsOf = (path: string, table: string): ReadonlyArray<number> => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = db.prepare(`SELECT rowid AS row FROM ${table} ORDER BY rowid`).all();
    return rows.map(({ row }) => Number(row));
  } finally {
    db.close();
  }
};

const logs = [
  ['', writeLog, Object.entries(columns)],
  [' of a redacted log', writeRedactedLog, Object.entries(columns).filter(([table]) => table === 'event')],
] as const;

for (const [table, column, kind, of, write] of logs.flatMap(([of, write, tables]) =>
  tables.flatMap(([table, kinds]) =>
    Object.entries(kinds).map(([column, kind]) => [table, column, kind, of, write] as const),
  ),
)) {
  test(`a bit flipped in ${table}.${column} of any row${of} is found, and named where it stands`, async (t) => {
    const sound = await write(t);
    const rows = rowsOf(sound, table);
    t.is(verify(sound), undefined);
    let flipped = 0;
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.nat(64 * 8 - 1), (row, bit) => {
        const path = `${sound}-${flipped}`;
        copyFileSync(sound, path);
        if (!flip(path, table, column, kind, row, bit)) return;
        flipped += 1;
        const fault = verify(path);
        t.truthy(fault, `row ${row}, bit ${bit}`);
        // The last event may be flipped to a place before the first, and is named there.
        const moved = column === 'position' && row === rows.at(-1);
        if (table === 'event' && !moved) t.is(fault?.position, row, `bit ${bit}`);
        if (table === 'stream') t.true((fault?.position ?? -1) >= 0);
      }),
      { numRuns: 15 },
    );
    t.true(flipped >= 3, `${flipped} flips were possible`);
  });
}
