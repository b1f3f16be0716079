import { either as E } from 'fp-ts';
import { decodeEvent } from '../event.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import type { LogReader } from '../port/log-reader.ts';
import { isAuditStream } from '../stream.ts';
import { auditEvents, type PayloadRedacted } from './events.ts';

const decode = decodeEvent(auditEvents);

/** A record of a redaction; `undefined` for anything else, and for what this program cannot read: `verify` names it. */
export const recordIn = (event: RecordedEvent): PayloadRedacted | undefined => {
  const decoded = decode(event);
  return E.isRight(decoded) ? decoded.right.event : undefined;
};

/** Every redaction that a log records: as many as there were, however long the log is. */
export const recordsOf = function* (
  log: Pick<LogReader, 'heads' | 'streamPages'>,
): Generator<PayloadRedacted, void> {
  for (const { stream } of log.heads().filter((head) => isAuditStream(head.stream)))
    for (const page of log.streamPages(stream, 0))
      for (const event of page) {
        const record = recordIn(event);
        if (record !== undefined) yield record;
      }
};
