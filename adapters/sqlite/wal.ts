import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
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

const pieceBytes = 1 << 20;

/**
 * Writes what the write-ahead file holds where it is once more, and flushes it: from then on what can be read there is on disk. At opening,
 * before anybody acts on it. The process before may have written what it did not flush; and where the disk refused a flush of its, the
 * system has pages that are not on disk and pass for it, which another flush alone would leave so. The bytes stay the same, so
 * readers may read on. Throws what the system refuses.
 */
export const renewWal = (path: string): void => {
  const name = `${path}-wal`;
  if ((statSync(name, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const fd = openSync(name, 'r+');
  try {
    const piece = Buffer.alloc(pieceBytes);
    const { size } = fstatSync(fd);
    for (let at = 0; at < size; ) {
      const read = readSync(fd, piece, 0, pieceBytes, at);
      if (read === 0) break;
      // A disk may take a part of it: the next write says why.
      const written = writeSync(fd, piece, 0, read, at);
      if (written === 0) throw new Error(`${name} takes no more from byte ${at} on`);
      at += written;
    }
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
