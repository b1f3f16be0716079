import { mkdir } from 'node:fs/promises';
import { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';

/** Makes the folder, and those above it, with this mode; one that is there is left as it is. */
export const ensureFolder = (path: string, mode: number): TE.TaskEither<FilesFailure, void> =>
  TE.tryCatch(
    async () => {
      await mkdir(path, { recursive: true, mode });
    },
    (cause) => ({ type: 'file-failed', path, reason: String(cause) }),
  );
