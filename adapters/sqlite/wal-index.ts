import { existsSync, fstatSync, readdirSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { patience } from './connect.ts';

/** Two copies of a header that says whether the index may be used (https://sqlite.org/walformat.html, section 2.1). */
const headerBytes = 2 * 48;

/**
 * Has SQLite build the index of the write-ahead file anew, from what is in it and by its checksums. Who opens a log beside its readers
 * else takes over the index as it is, and with it how many frames a checkpoint has moved into the log's own file: those are never moved
 * again, and nobody knows whether they reached the disk, for a checkpoint that does not move all flushes nothing. From here on none was
 * moved: the next checkpoint that moves all writes all and flushes it.
 *
 * To SQLite it is as if a writer had died while it wrote the header: readers read on. Only for who has the log's lock. Throws what SQLite or
 * the system refuses.
 */
export const renewWalIndex = (path: string): void => {
  if (!existsSync(path) || (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const db = new DatabaseSync(path, { readOnly: true, timeout: patience });
  try {
    const look = db.prepare('SELECT 1 FROM sqlite_schema');
    look.get();
    writeSync(descriptorOf(`${path}-shm`), Buffer.alloc(headerBytes), 0, headerBytes, 0);
    look.get();
  } finally {
    db.close();
  }
};

/** SQLite's own descriptor of a file: closing another would drop all locks that this process has on it (POSIX, close). */
const descriptorOf = (path: string): number => {
  const wanted = statSync(path, { bigint: true });
  const found = readdirSync('/proc/self/fd')
    .map(Number)
    .find((fd) => {
      try {
        const { dev, ino } = fstatSync(fd, { bigint: true });
        return dev === wanted.dev && ino === wanted.ino;
      } catch {
        // The folder's own, which is closed by now.
        return false;
      }
    });
  if (found === undefined) throw new Error(`SQLite does not have ${path} open`);
  return found;
};
