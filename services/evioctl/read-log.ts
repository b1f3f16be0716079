import { either as E } from 'fp-ts';
import { recordsOf } from '../../domain/audit/records.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { NeedsArchive } from '../../domain/transfer/archived-gap.ts';
import type { AskFailure } from '../ask.ts';
import { parseLogPage } from '../log-page.ts';
import { type Context, readingLog } from './context.ts';
import type { LogAnswer, LogEntry } from './log.ts';

/** So many events from a position on; fewer where archived ones follow. */
const entriesOf = (log: LogReader, from: number, limit: number): ReadonlyArray<LogEntry> => {
  const redactedOf = new Map([...recordsOf(log)].map(({ id, redacted }) => [id, redacted]));
  const entries: LogEntry[] = [];
  try {
    for (const page of log.pages(from))
      for (const { payload, metadata, logHash: _, ...event } of page) {
        if (entries.length === limit) return entries;
        const redacted = redactedOf.get(event.id);
        entries.push({
          ...event,
          payload: JSON.parse(payload),
          metadata: JSON.parse(metadata),
          ...(redacted && { redacted }),
        });
      }
  } catch (error) {
    if (!(error instanceof NeedsArchive) || entries.length === 0) throw error;
  }
  return entries;
};

/** What `evioctl log` shows, by the log itself; of one on another machine, what came since is read before. */
export const readLog = async (
  context: Context,
  from: string,
  limit: string,
): Promise<E.Either<AskFailure, LogAnswer>> => {
  const page = parseLogPage({ from, limit });
  if (E.isLeft(page)) return E.left({ type: 'refused', ...page.left });
  return readingLog(context, (log) => ({ events: entriesOf(log, page.right.from, page.right.limit) }));
};
