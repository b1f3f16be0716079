import { stat } from 'node:fs/promises';
import { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import { failed, isMissing } from './failure.ts';

/** Bytes; 0 where there is no such file. Rejects with what the system refuses. */
export const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw cause;
  }
};

export const fileSize = (path: string): TE.TaskEither<FilesFailure, number> =>
  TE.tryCatch(() => sizeOf(path), failed(path));
