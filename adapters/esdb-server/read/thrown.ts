import type { StreamDeleted } from '../../../domain/port/client-log.ts';
import type { Unavailable } from '../../../domain/port/event-store.ts';

/** The refusal that an iteration over the log threw; `undefined` for any other error, which is a defect. */
export const thrownRefusal = (error: unknown): StreamDeleted | Unavailable | undefined => {
  if (!(error instanceof Error) || !('type' in error)) return undefined;
  if (error.type === 'stream-deleted' && 'stream' in error)
    return { type: 'stream-deleted', stream: String(error.stream) };
  if (error.type === 'unavailable') return { type: 'unavailable', reason: error.message };
  return undefined;
};
