import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { NamedText, ReadHostLocal } from '../../domain/port/host-local.ts';

const textsIn = async (folder: string): Promise<ReadonlyArray<NamedText>> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
};

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';

/** All files of the folder, by name; `absent` when there is no such folder. */
const readFolder = (
  folder: string,
  absent?: ReadonlyArray<NamedText>,
): TE.TaskEither<FilesFailure, ReadonlyArray<NamedText>> =>
  TE.tryCatch(
    async () => {
      try {
        return await textsIn(folder);
      } catch (cause) {
        if (absent !== undefined && isMissing(cause)) return absent;
        throw cause;
      }
    },
    (cause) => ({ type: 'file-failed', path: folder, reason: String(cause) }),
  );

/** Reads and changes nothing; host-local's lock is not taken, for its plugin should no longer be called. */
export const readHostLocal: ReadHostLocal = ({ dataDir, network, cacheDir }) =>
  TE.flatMap((held: ReadonlyArray<NamedText>) =>
    TE.map((cached: ReadonlyArray<NamedText>) => ({ held, cached }))(
      readFolder(join(cacheDir, 'results'), []),
    ),
  )(readFolder(join(dataDir, network)));
