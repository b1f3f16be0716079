import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import { parseHostStream } from '../../domain/stream.ts';

/** A holder says so each third of the TTL: so many times at one stamp are a TTL and more. */
const toTell = 4;

/**
 * Says once that a log's stamps stand still: it was written with a clock that was ahead, was put right, and never stamps backwards. Until the clock gets
 * there no silence counts. To be called with what the allocator follows; what comes together, as of a node that was away, counts once.
 */
export const tellingClockAhead = (log: Log): ((events: ReadonlyArray<RecordedEvent>) => void) => {
  let stamp = '';
  let said = false;
  let renewed = new Map<string, number>();
  return (events) => {
    const counted = new Set<string>();
    for (const { type, stream, recordedAt } of events) {
      if (recordedAt !== stamp) {
        stamp = recordedAt;
        said = false;
        renewed = new Map();
        counted.clear();
      }
      if (type !== 'LeaseRenewed' || parseHostStream(stream) === undefined || counted.has(stream)) continue;
      counted.add(stream);
      const times = (renewed.get(stream) ?? 0) + 1;
      renewed.set(stream, times);
      if (said || times < toTell) continue;
      said = true;
      log.warn(
        "the log's stamps are ahead of its clock and stand still: until that is over, no lease expires",
        {
          recordedAt,
          remedy:
            'of each node that is gone for good, evioctl attest NODE --destroyed and evioctl revoke NODE',
        },
      );
    }
  };
};
