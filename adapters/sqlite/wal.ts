import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** The write-ahead file of an open log, to be flushed without a transaction. */
export type Wal = { readonly flush: () => Promise<void>; readonly close: () => void };

const flushData = promisify(fdatasync);

/**
 * `flush` brings every commit so far to the disk: those that a checkpoint has moved into the log were flushed by it. Rejects with what
 * the system refuses. It waits on a thread of Node's pool: a busy disk would else hold up all that the agent does.
 * The file stays the same one for as long as the log is open; to be closed when no flush is under way.
 */
export const walOf = (path: string): Wal => {
  let fd: number | undefined;
  return {
    flush: async () => {
      fd ??= openSync(`${path}-wal`, 'r');
      await flushData(fd);
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
};
