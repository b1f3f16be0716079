import { getSystemErrorMessage } from 'node:util';
import type { FilesFailure } from '../../domain/port/files.ts';

const isErrno = (cause: unknown): cause is NodeJS.ErrnoException =>
  cause instanceof Error && 'code' in cause && 'errno' in cause;

/** `no space left on device (ENOSPC)`: the system's words, and the name to search for. */
const reasonOf = (cause: unknown): string =>
  isErrno(cause) && typeof cause.errno === 'number'
    ? `${getSystemErrorMessage(cause.errno)} (${cause.code})`
    : String(cause);

export const failed =
  (path: string) =>
  (cause: unknown): FilesFailure => ({ type: 'file-failed', path, reason: reasonOf(cause) });

/** Whether the cause is that nothing is there under this name. */
export const isMissing = (cause: unknown): boolean => isErrno(cause) && cause.code === 'ENOENT';
