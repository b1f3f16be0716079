import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/** The write-ahead file of an open log, to be flushed without a transaction. */
export type Wal = { readonly flush: () => void; readonly close: () => void };

/**
 * `flush` brings every commit so far to the disk: those that a checkpoint has moved into the log were flushed by it. Throws what the
 * system refuses. The file stays the same one for as long as the log is open.
 */
export const walOf = (path: string): Wal => {
  let fd: number | undefined;
  return {
    flush: () => {
      fd ??= openSync(`${path}-wal`, 'r');
      fdatasyncSync(fd);
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
};
