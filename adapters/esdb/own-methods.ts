import type { Connection } from './connection.ts';

/** Those whose servers lack a method of evio-ledger's own, as far as they were met, by its path: for as long as the store is open, whoever answers later. */
const lacking = new Map<string, WeakSet<Connection>>();

export const lacks = (connection: Connection, path: string): boolean =>
  lacking.get(path)?.has(connection) === true;

/** It is not asked for there again. */
export const noteLack = (connection: Connection, path: string): void => {
  const known = lacking.get(path) ?? new WeakSet();
  lacking.set(path, known.add(connection));
};
