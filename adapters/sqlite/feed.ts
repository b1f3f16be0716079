import type { ArchivedRun } from '../../domain/port/drop-era.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { lookedAt, type ReadStatements } from './read-statements.ts';
import type { Interest } from './tail.ts';

export type Page = {
  readonly events: ReadonlyArray<RecordedEvent>;
  /** The place behind all that was looked at. */
  readonly next: number;
  /** Whether the log holds nothing behind it now. */
  readonly atEnd: boolean;
};

/** A run of places whose events are archived. */
export type Gap = { readonly from: number; readonly to: number; readonly run: ArchivedRun };

/** Events in order, by the page: all of the log by position, or one stream by revision. All throw what SQLite refuses. */
type Feed = {
  /** The events from a place (inclusive) on. A page of certain types may be empty before the end. */
  readonly page: (from: number) => Page;
  /** The first place at or after a position of the log. */
  readonly placeFrom: (position: number) => number | undefined;
  readonly placeOf: (event: RecordedEvent) => number;
  /** In order. */
  readonly gaps: () => ReadonlyArray<Gap>;
};

type Rows = Pick<Feed, 'placeFrom' | 'placeOf' | 'gaps'> & {
  readonly from: (place: number) => ReadonlyArray<RecordedEvent>;
  /** The first place that no event has yet. */
  readonly end: () => number;
};

export const feedOf = (statements: ReadStatements, { stream, types }: Interest): Feed => {
  const wanted = types && JSON.stringify(types);
  const rows = stream === undefined ? ofAll(statements, wanted) : ofStream(statements, stream, wanted);
  return {
    placeFrom: rows.placeFrom,
    placeOf: rows.placeOf,
    gaps: rows.gaps,
    page: (from) => {
      const events = rows.from(from);
      const last = events.at(-1);
      if (last !== undefined) return { events, next: rows.placeOf(last) + 1, atEnd: false };
      if (types === undefined) return { events, next: from, atEnd: true };
      const end = rows.end();
      return { events, next: Math.max(from, Math.min(from + lookedAt, end)), atEnd: from + lookedAt >= end };
    },
  };
};

const ofAll = (statements: ReadStatements, wanted: string | undefined): Rows => ({
  from: wanted === undefined ? statements.pageOfAll : (position) => statements.pageOfTypes(position, wanted),
  end: () => statements.lastPosition() + 1,
  placeOf: (event) => event.position,
  gaps: () => statements.dropped().map((run) => ({ from: run.from, to: run.to, run })),
  placeFrom: (position) => position,
});

const ofStream = (statements: ReadStatements, stream: string, wanted: string | undefined): Rows => ({
  from:
    wanted === undefined
      ? (revision) => statements.pageOfStream(stream, revision)
      : (revision) => statements.pageOfStreamTypes(stream, revision, wanted),
  end: () => (statements.head(stream)?.revision ?? -1) + 1,
  placeOf: (event) => event.revision,
  gaps: () =>
    statements
      .dropped()
      .filter((run) => run.stream === stream)
      .map((run) => ({ from: run.fromRevision, to: run.toRevision, run })),
  placeFrom: (position) => (position <= 0 ? 0 : statements.revisionFrom(stream, position)),
});
