import { Uuid } from './identity/uuid.ts';
import type { EventToAppend } from './port/event-store.ts';

const digest = /^[0-9a-f]{64}$/;

/** What no store keeps so that it gives back exactly this text, in words; `undefined` when all of the events are fine. */
export const unkeepable = (events: ReadonlyArray<EventToAppend>): string | undefined => {
  const odd = events.find(({ id, hash }) => !Uuid.is(id) || !digest.test(hash));
  return (
    odd &&
    `event ${odd.id}: the id must be a lower-case UUID and the hash 64 lower-case hexadecimal digits (${odd.hash})`
  );
};
