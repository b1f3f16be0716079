/** Why a log could not be opened. Whatever it is: the file was not changed, replaced or renamed. */
export type OpenFailure =
  /** Another opener has it, in this process or another. */
  | { readonly type: 'log-in-use'; readonly path: string; readonly holder: Holder | undefined }
  /** There is something under this name, and it is not a log that this program can take. */
  | {
      readonly type: 'log-unreadable';
      readonly path: string;
      readonly cause: Unreadable;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly type: 'folder-missing'; readonly path: string; readonly folder: string }
  /** The machine refused: no permission, disk full, read-only file system … */
  | { readonly type: 'log-unavailable'; readonly path: string; readonly reason: string };

/** Who holds the log; `undefined` in the failure when it has not yet written its name. */
export type Holder = { readonly pid: number; readonly since: string };

export type Unreadable =
  /** A folder, device, socket or dangling link. */
  | 'not-a-file'
  /** Not SQLite at all, or another program's database. */
  | 'not-a-log'
  | 'newer'
  | 'damaged'
  /** The log is gone and its write-ahead file is still there. */
  | 'orphaned-wal'
  /** The log is there and its write-ahead file is not. */
  | 'wal-gone'
  /** A sound log, but not the one that was here, or with another history. */
  | 'swapped'
  /** An older copy of the log that was here. */
  | 'set-back';

export const logUnreadable = (
  path: string,
  cause: Unreadable,
  reason: string,
  remedy: string,
): OpenFailure => ({ type: 'log-unreadable', path, cause, reason, remedy });
