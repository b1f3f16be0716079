import type { DatabaseSync } from 'node:sqlite';
import { grantKey } from '../../domain/projection/ownership-cluster.ts';
import { type AllocationSpan, allocationKey, type Grant } from '../../domain/projection/ownership-span.ts';
import type { Stored } from './lasting-spans.ts';
import { allocationsIn, grantOf } from './rows.ts';
import { lasting } from './schema.ts';

const arrays = { returnArrays: true } as const;

export const storedAllocations = (db: DatabaseSync): Stored<AllocationSpan> => {
  const select = 'SELECT about, checksum FROM allocation WHERE stream = ? AND closed IS NULL';
  const read = allocationsIn(db);
  const ofContainer = db.prepare(`${select} AND container = ?`, arrays);
  const ofStream = db.prepare(select, arrays);
  const remove = db.prepare(
    `DELETE FROM allocation WHERE width = ${lasting} AND since = ? AND id = ? AND place = ?`,
  );
  const removeAddress = db.prepare(
    `DELETE FROM address WHERE address = ? AND width = ${lasting} AND since = ? AND id = ? AND place = ?`,
  );
  const take = (span: AllocationSpan): AllocationSpan => {
    const { earliest, from, addresses, carried: place = 0 } = span;
    remove.run(earliest, from.position, place);
    for (const { address } of addresses) removeAddress.run(address, earliest, from.position, place);
    return span;
  };
  return {
    takeOne: (stream, key) => {
      const [, container = ''] = key.split('/');
      const found = ofContainer
        .all(stream, container)
        .map(read)
        .find((span) => allocationKey(span) === key);
      return found && take(found);
    },
    takeAll: (stream) =>
      ofStream
        .all(stream)
        .map(read)
        .map((span) => [allocationKey(span), take(span)]),
  };
};

export const storedGrants = (db: DatabaseSync): Stored<Grant> => {
  const select = 'SELECT about, checksum FROM given WHERE stream = ? AND closed IS NULL';
  const ofKey = db.prepare(`${select} AND key = ?`, arrays);
  const ofStream = db.prepare(select, arrays);
  const remove = db.prepare('DELETE FROM given WHERE id = ?');
  const take = (grant: Grant): Grant => {
    remove.run(grant.from.position);
    return grant;
  };
  return {
    takeOne: (stream, key) => {
      const row = ofKey.get(stream, key);
      return row && take(grantOf(row));
    },
    takeAll: (stream) =>
      ofStream
        .all(stream)
        .map(grantOf)
        .map((grant) => [grantKey(grant), take(grant)]),
  };
};
