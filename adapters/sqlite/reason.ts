/** SQLite's primary result codes (https://www.sqlite.org/rescode.html); an extended code keeps them in its low byte. */
export const busy = 5;
export const notADatabase = 26;
const inputOutput = 10;
const full = 13;

/** The primary result code of an error thrown by node:sqlite; `undefined` for any other error. */
export const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

/** What an operator can act on, in words. */
export const reasonOf = (error: unknown, path: string): string => {
  const said = error instanceof Error ? error.message : String(error);
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
