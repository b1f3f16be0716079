import type { DatabaseSync } from 'node:sqlite';

/**
 * The names of a log's streams by their keys; empty for a key that none has. Read once, when the first is asked for: a join for
 * each event takes longer, and gives it a name of its own, which every map then has to hash.
 */
export const streamNames = (db: DatabaseSync): ((key: number) => string) => {
  let names: ReadonlyMap<unknown, string> | undefined;
  return (key) => {
    names ??= readNames(db);
    return names.get(key) ?? '';
  };
};

/** A damaged key that no number holds is nobody's, and hides no other. */
const readNames = (db: DatabaseSync): ReadonlyMap<unknown, string> =>
  new Map(
    db
      .prepare('SELECT key, name FROM stream WHERE key BETWEEN 0 AND ?', { returnArrays: true })
      .all(Number.MAX_SAFE_INTEGER) as unknown as ReadonlyArray<readonly [number, string]>,
  );
