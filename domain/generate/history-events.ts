import type { LeanEvent } from '../port/log-reader.ts';
import { generateHistory } from './history.ts';
import type { JournalPorts } from './journal.ts';
import type { HistorySpec } from './spec.ts';

/** A generated history as a reader of its log would have it, by the page. */
export const historyEvents = function* (
  spec: HistorySpec,
  ports: JournalPorts,
): Generator<ReadonlyArray<LeanEvent>, void> {
  let position = -1;
  for (const { recordedAt, appends } of generateHistory(spec, ports)) {
    yield appends.flatMap(({ stream, expectedRevision, events }) =>
      events.map(({ type, payload, metadata }, index) => {
        position += 1;
        const revision = (expectedRevision === 'no-stream' ? 0 : expectedRevision + 1) + index;
        return { position, stream, revision, type, payload, metadata, recordedAt };
      }),
    );
  }
};
