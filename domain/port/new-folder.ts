import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** `name` may lead through folders: `hosts/node-1.json`. */
export type TextFile = { readonly name: string; readonly text: string };

/** `holds` is one of the names found there. */
export type FolderNotEmpty = {
  readonly type: 'folder-not-empty';
  readonly path: string;
  readonly holds: string;
};

/** Makes a folder of these files, all or none; an empty one that is there is filled, any other refused. Gives their number. */
export type WriteNewFolder = (
  path: string,
  files: Iterable<TextFile>,
) => TE.TaskEither<FilesFailure | FolderNotEmpty, number>;
