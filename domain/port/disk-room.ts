import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** Bytes: what the log's files take, and what the file system they lie in would still give us. */
export type DiskUse = { readonly used: number; readonly free: number };

/** Looks at the disk that the own log lies on. */
export type DiskRoom = TE.TaskEither<FilesFailure, DiskUse>;
