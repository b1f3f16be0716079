import type { StreamReadRefused } from '../port/client-log.ts';
import type { Unavailable } from '../port/event-store.ts';
import type { Standing } from './standing.ts';
import { firstVisible, isSoftlyDeleted } from './stream-metadata.ts';
import { isTombstoned, streamMetadata } from './stream-state.ts';

/** What of a stream its readers see: the revisions from `first` to `last`, if any. */
export type View =
  | Exclude<StreamReadRefused, Unavailable>
  | { readonly type: 'visible'; readonly first: number; readonly last: number };

/** What of a log says how a stream is seen. */
export type Seen = Pick<Standing, 'end' | 'lastPayload'> & {
  readonly recordedAt: (stream: string, revision: number) => string | undefined;
};

/** How a stream is seen now. */
export const viewOf = (log: Seen, now: string, stream: string): View => {
  if (isTombstoned(log, stream)) return { type: 'stream-deleted', stream };
  const last = log.end(stream)?.revision;
  const metadata = streamMetadata(log, stream);
  if (last === undefined || isSoftlyDeleted(metadata)) return { type: 'stream-not-found', stream };
  const recordedAt = (revision: number) => log.recordedAt(stream, revision);
  return { type: 'visible', first: firstVisible(metadata, last, now, recordedAt), last };
};

export const isVisible = (view: View, revision: number): boolean =>
  view.type === 'visible' && view.first <= revision && revision <= view.last;
