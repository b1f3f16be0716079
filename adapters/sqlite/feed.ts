import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { ReadStatements } from './read-statements.ts';

/** Events in order, by the page: all of the log by position, or one stream by revision. All throw what SQLite refuses. */
type Feed = {
  /** The events from a place (inclusive) on; none at the end. */
  readonly page: (from: number) => ReadonlyArray<RecordedEvent>;
  readonly placeOf: (event: RecordedEvent) => number;
  /** The first place at or after a position of the log. */
  readonly placeFrom: (position: number) => number | undefined;
};

export const feedOf = (statements: ReadStatements, stream: string | undefined): Feed =>
  stream === undefined
    ? {
        page: statements.pageOfAll,
        placeOf: (event) => event.position,
        placeFrom: (position) => position,
      }
    : {
        page: (from) => statements.pageOfStream(stream, from),
        placeOf: (event) => event.revision,
        placeFrom: (position) => (position <= 0 ? 0 : statements.revisionFrom(stream, position)),
      };
