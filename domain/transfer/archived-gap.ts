import type { ArchivedRun } from '../port/drop-era.ts';

/** Thrown by a reading, which has no other way to fail. */
export class NeedsArchive extends Error {
  readonly run: ArchivedRun;

  constructor(run: ArchivedRun) {
    const { from, to, stream, archive } = run;
    super(`positions ${from} to ${to} (${stream}) are archived: the SHA-256 of their file is ${archive}`);
    this.run = run;
  }
}

export const needsArchive = (run: ArchivedRun): NeedsArchive => new NeedsArchive(run);

/** The pages up to the first archived event behind `from`; there the reading throws. */
export const stopAtArchived = function* <Event extends { readonly position: number }>(
  runs: ReadonlyArray<ArchivedRun>,
  from: number,
  pages: Iterable<ReadonlyArray<Event>>,
): Generator<ReadonlyArray<Event>, void> {
  const gap = runs.find(({ to }) => to >= from);
  if (gap === undefined) {
    yield* pages;
    return;
  }
  for (const page of pages) {
    const before = page.filter(({ position }) => position < gap.from);
    if (before.length > 0) yield before;
    if (before.length < page.length) break;
  }
  throw needsArchive(gap);
};
