import { function as F, taskEither as TE } from 'fp-ts';
import type { DerivedCopies } from '../domain/port/derived-copies.ts';
import type { Files } from '../domain/port/files.ts';

/** Removes them one after the other; the first that cannot be removed ends it. */
export const derivedCopies = (files: Pick<Files, 'remove'>, paths: ReadonlyArray<string>): DerivedCopies => ({
  remove: () =>
    F.pipe(
      TE.traverseSeqArray(files.remove)(paths),
      TE.map(() => undefined),
    ),
});
