import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** The files beside a log that repeat some of what its payloads say. All of them can be made from the log again. */
export type DerivedCopies = { readonly remove: () => TE.TaskEither<FilesFailure, void> };
