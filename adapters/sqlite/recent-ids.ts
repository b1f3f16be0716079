/**
 * Where the events of the last appends stand, by the ids that clients gave them. Hints: another id may have the same digest, and an append
 * that was not kept may have left one, so whoever follows a hint looks at the row.
 */
export type RecentIds = {
  readonly note: (id: string, position: number) => void;
  /** As many as there may be; mostly none. */
  readonly positionsOf: (id: string) => ReadonlyArray<number>;
};

/** An id is remembered for as long as so many others have not come behind it. */
const generation = 65_536;
/** Of a log that was opened so many ids are read, once they are asked for. */
export const readAtFirst = 20_000;

const slots = 2 * generation;
const free = -1;

/** Numbers instead of texts in a map, which took a tenth of an append's time: the collector has nothing to move here. */
type Generation = { readonly digests: Uint32Array; readonly positions: Float64Array; size: number };

const makeGeneration = (): Generation => ({
  digests: new Uint32Array(slots),
  positions: new Float64Array(slots).fill(free),
  size: 0,
});

/** FNV-1a of 32 bits. */
const digestOf = (id: string): number => {
  let digest = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    digest = Math.imul(digest ^ id.charCodeAt(index), 0x01000193);
  return digest >>> 0;
};

const add = (to: Generation, digest: number, position: number): void => {
  let slot = digest % slots;
  while (to.positions[slot] !== free) slot = (slot + 1) % slots;
  to.digests[slot] = digest;
  to.positions[slot] = position;
  to.size += 1;
};

const find = ({ digests, positions }: Generation, digest: number, found: number[]): void => {
  for (let slot = digest % slots; positions[slot] !== free; slot = (slot + 1) % slots)
    if (digests[slot] === digest) found.push(positions[slot] ?? free);
};

export const recentIds = (
  atFirst: () => ReadonlyArray<readonly [id: unknown, position: number]>,
): RecentIds => {
  // Made at the first use: a log that no client appends to, as a node's own, has none of its megabyte and a half.
  let young: Generation | undefined;
  let old: Generation | undefined;
  const before = (): Generation => {
    const read = makeGeneration();
    for (const [id, position] of atFirst()) if (typeof id === 'string') add(read, digestOf(id), position);
    return read;
  };
  return {
    note: (id, position) => {
      if (young?.size === generation) {
        old = young;
        young = undefined;
      }
      young ??= makeGeneration();
      add(young, digestOf(id), position);
    },
    positionsOf: (id) => {
      old ??= before();
      const digest = digestOf(id);
      const found: number[] = [];
      if (young !== undefined) find(young, digest, found);
      find(old, digest, found);
      return found;
    },
  };
};
