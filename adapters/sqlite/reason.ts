/** SQLite's primary result codes (https://www.sqlite.org/rescode.html); an extended code keeps them in its low byte. */
export const busy = 5;
export const notADatabase = 26;
const inputOutput = 10;
const full = 13;
/** Extended codes: `SQLITE_IOERR_FSYNC`, `SQLITE_IOERR_DIR_FSYNC`. */
const refusedFlushes: ReadonlyArray<unknown> = [1034, 1290];
const flushCalls: ReadonlyArray<unknown> = ['fdatasync', 'fsync'];

/** The primary result code of an error thrown by node:sqlite; `undefined` for any other error. */
export const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

/** Whether the disk refused to flush: in SQLite's words, or in Node's of its own call. */
export const isRefusedFlush = (error: unknown): boolean =>
  error instanceof Error &&
  (('errcode' in error && refusedFlushes.includes(error.errcode)) ||
    ('syscall' in error && flushCalls.includes(error.syscall)));

/** What an operator can act on, in words. */
export const reasonOf = (error: unknown, path: string): string => {
  const said = error instanceof Error ? error.message : String(error);
  if (isRefusedFlush(error)) return `the disk refused to flush ${path} (${said}): look at it, is it full?`;
  switch (sqliteCode(error)) {
    case full:
      return `no space left on the file system of ${path}: free some and try again`;
    case inputOutput:
      return `reading or writing ${path} failed (${said}): look at the disk`;
    case busy:
      return `another program holds a lock on ${path}: end it`;
    case undefined:
      return said;
    default:
      return `${path}: ${said}`;
  }
};
