import { either as E, type taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../domain/port/files.ts';

/** A folder that an option names, or that is one of it, is not there and cannot be made. */
export type FolderUnmade = {
  readonly type: 'folder-unmade';
  readonly option: string;
  readonly path: string;
  readonly reason: string;
};

export type EnsureFolder = (path: string, mode: number) => TE.TaskEither<FilesFailure, void>;

/** Makes a folder, and names the option when it cannot be made. */
export const optionFolder =
  (ensureFolder: EnsureFolder) =>
  async (option: string, path: string, mode: number): Promise<E.Either<FolderUnmade, void>> =>
    E.mapLeft(({ reason }: FilesFailure) => ({ type: 'folder-unmade' as const, option, path, reason }))(
      await ensureFolder(path, mode)(),
    );

export const folderUnmadeWords = ({
  option,
  path,
  reason,
}: FolderUnmade): { readonly msg: string; readonly remedy: string } => ({
  msg: `${option}: the folder "${path}" cannot be made: ${reason}`,
  remedy: `name another place with ${option}, on a disk with room that this user may write (root may)`,
});
