import type { RecordedEvent } from './port/event-store.ts';
import type { LeanEvent } from './port/log-reader.ts';

/** As decoders take it: with an id and a hash that say nothing, where the event has none. */
export const asRecorded = (event: LeanEvent): RecordedEvent => ({ id: '', hash: '', ...event });
