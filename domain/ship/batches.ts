import type { EventToAppend } from '../port/event-store.ts';

/** Event stores take a mebibyte in one append, and a character has three bytes at most. */
const charactersAtOnce = 256 * 1024;

/** Ids, hash and what surrounds an event on the wire. */
const around = 256;

const lengthOf = ({ type, payload, metadata }: EventToAppend): number =>
  type.length + payload.length + metadata.length + around;

/** Events in order, in appends that any event store takes: as many in each as fit, and one at least. */
export const batchesOf = <Event extends EventToAppend>(
  events: ReadonlyArray<Event>,
): ReadonlyArray<ReadonlyArray<Event>> => {
  const batches: Event[][] = [];
  let room = 0;
  for (const event of events) {
    const length = lengthOf(event);
    if (batches.length === 0 || length > room) {
      batches.push([]);
      room = charactersAtOnce;
    }
    batches.at(-1)?.push(event);
    room -= length;
  }
  return batches;
};
