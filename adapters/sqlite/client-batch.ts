import { readEvent } from '../../domain/esdb/read-event.ts';
import type { ClientEventRead, EventFilter } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { type ClientStatements, pageEvents } from './client-statements.ts';

/** Events of the log in order, and those of them that somebody has wanted to read so far. */
export type Batch = {
  readonly events: ReadonlyArray<RecordedEvent>;
  readonly read: Array<ClientEventRead | undefined>;
  /** All of them as they are read, one and the same for all who want them all. */
  whole: ReadonlyArray<ClientEventRead> | undefined;
  /** Behind them there was nothing. */
  readonly caughtUp: boolean;
};

export type Batches = {
  /** From a position on, up to another. */
  readonly ofAll: (from: number, upTo: number) => Batch;
  /** From a revision on, as far as the stream goes up to a position. */
  readonly ofStream: (stream: string, from: number, upTo: number) => Batch;
};

/**
 * The batches of those who follow the log. The last one is kept: all who wait at the log's end ask for the same, and it is read and
 * decoded once.
 */
export const batchesOf = (statements: ClientStatements): Batches => {
  let kept: { readonly key: string; readonly batch: Batch } | undefined;
  const once = (key: string, rows: () => ReturnType<ClientStatements['all']>): Batch => {
    if (kept?.key !== key) {
      const { events, isLast } = rows();
      kept = { key, batch: { events, read: [], whole: undefined, caughtUp: isLast } };
    }
    return kept.batch;
  };
  return {
    ofAll: (from, upTo) => once(`${from} ${upTo}`, () => statements.all('forwards', from, upTo, pageEvents)),
    ofStream: (stream, from, upTo) =>
      once(`${from} ${upTo} ${stream}`, () => {
        const last = statements.end(stream, upTo)?.revision ?? -1;
        return statements.stream('forwards', stream, from, last, pageEvents);
      }),
  };
};

/** The events of a batch as clients read them. */
export const readOf = (batch: Batch, filter?: EventFilter): ReadonlyArray<ClientEventRead> => {
  if (filter !== undefined) return wantedOf(batch, (event) => filter.accepts(event[filter.on]));
  batch.whole ??= wantedOf(batch, () => true);
  return batch.whole;
};

const wantedOf = (
  { events, read }: Batch,
  wants: (event: RecordedEvent) => boolean,
): ReadonlyArray<ClientEventRead> => {
  const wanted: ClientEventRead[] = [];
  for (const [index, event] of events.entries()) {
    if (!wants(event)) continue;
    const known = read[index] ?? readEvent(event);
    read[index] = known;
    wanted.push(known);
  }
  return wanted;
};
