/**
 * First in, first out, with removal from the middle in O(1): a removed entry stays in the array, no longer the live one
 * of its place, until it comes to the front. (A `Map` in insertion order would do, but finding its first key again after many
 * removals at the front walks over all of them.)
 */
export type Queue = {
  entries: Entry[];
  /** Index of the first live entry, or the array's length. */
  front: number;
  /** The live entry of each place. */
  readonly live: Map<string, Entry>;
};

export type Entry = { readonly place: string; readonly since: string };

export const emptyQueue = (): Queue => ({ entries: [], front: 0, live: new Map() });

const settle = (queue: Queue): void => {
  for (;;) {
    const entry = queue.entries[queue.front];
    if (entry === undefined || queue.live.get(entry.place) === entry) break;
    queue.front += 1;
  }
  // Dead entries are swept wherever they stand: a place taken by name and given back again and again would otherwise
  // grow the array without end behind a front that nobody takes.
  if (queue.entries.length > 2 * queue.live.size + 32) {
    queue.entries = queue.entries.filter((entry) => queue.live.get(entry.place) === entry);
    queue.front = 0;
  }
};

export const append = (queue: Queue, place: string, since: string): void => {
  const entry = { place, since };
  queue.entries.push(entry);
  queue.live.set(place, entry);
  settle(queue);
};

/** Takes the place out, wherever it stands; nothing happens when it is not there. */
export const remove = (queue: Queue, place: string): void => {
  if (queue.live.delete(place)) settle(queue);
};
