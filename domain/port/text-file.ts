import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** Texts of any length, by the piece. */
export type TextFiles = {
  /**
   * A file's lines, one after the other, without their ends; the last may lack its own. Throws an `Error` whose message says
   * why where the file cannot be read, is not UTF-8, or has a line that no program of ours wrote.
   */
  readonly lines: (path: string) => Iterable<string>;
  /** SHA-256 of the file's bytes, 64 hexadecimal digits, as `sha256sum` has it. Throws as `lines` does. */
  readonly digest: (path: string) => string;
  /**
   * Writes the pieces to a new file that has its name only when it is whole and on disk; without a path to stdout, where a
   * reader that goes away ends the writing. Pieces are taken as fast as they are written.
   */
  readonly write: (
    path: string | undefined,
    pieces: Iterable<string>,
  ) => TE.TaskEither<FilesFailure, undefined>;
};
