import { readEvent } from '../../domain/esdb/read-event.ts';
import { firstVisible, isSoftlyDeleted } from '../../domain/esdb/stream-metadata.ts';
import { isTombstoned, streamMetadata } from '../../domain/esdb/stream-state.ts';
import type { ClientEventRead, StreamReadRefused } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { ClientStatements } from './client-statements.ts';

/** What of a stream its readers see: the revisions from `first` to `last`, if any. */
export type View =
  | Exclude<StreamReadRefused, Unavailable>
  | { readonly type: 'visible'; readonly first: number; readonly last: number };

/** How a stream is seen now. `upTo` is the last position that readers see at all. */
export const viewOf = (statements: ClientStatements, clock: Clock, stream: string, upTo: number): View => {
  const end = (of: string) => statements.end(of, upTo);
  const described = { end, lastPayload: (of: string) => statements.payloadOf(end(of)) };
  if (isTombstoned(described, stream)) return { type: 'stream-deleted', stream };
  const last = end(stream)?.revision;
  const metadata = streamMetadata(described, stream);
  if (last === undefined || isSoftlyDeleted(metadata)) return { type: 'stream-not-found', stream };
  const recordedAt = (revision: number) => statements.recordedAt(stream, revision);
  return { type: 'visible', first: firstVisible(metadata, last, clock.now(), recordedAt), last };
};

/** One event of a stream, when readers see it. */
export const visibleAt = (
  statements: ClientStatements,
  clock: Clock,
  stream: string,
  revision: number,
  upTo: number,
): ClientEventRead | undefined => {
  const view = viewOf(statements, clock, stream, upTo);
  if (view.type !== 'visible' || revision < view.first || revision > view.last) return undefined;
  const [event] = statements.stream('forwards', stream, revision, revision, 1).events;
  return event && readEvent(event);
};
