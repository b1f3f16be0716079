import type { Recorded } from '../event.ts';
import type { RecordedEvent } from '../port/event-store.ts';

/** An event as the laws see it; `hash` may be empty. Ids and hashes take half of a reader's time, and laws hardly ever need one. */
export type Seen<Event> = Omit<Recorded<Event>, 'id'>;

/** Looks up what a law needs once in a long history. `undefined` of an archived event. */
export type LookUp = (position: number) => Pick<RecordedEvent, 'id' | 'hash'> | undefined;
