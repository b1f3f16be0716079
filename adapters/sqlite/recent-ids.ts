/**
 * Where the events of the last appends stand, by the ids that clients gave them. A hint: an append that was not kept may have left it, so
 * whoever follows it looks at the row. Ids are remembered for as long as so many others have not come behind them.
 */
export type RecentIds = {
  readonly note: (id: string, position: number) => void;
  readonly positionOf: (id: string) => number | undefined;
};

/** Some 10 MiB each of two; the last 20,000 ids of a log that was opened are read once. */
const generation = 65_536;
export const readAtFirst = 20_000;

export const recentIds = (
  atFirst: () => ReadonlyArray<readonly [id: string, position: number]>,
): RecentIds => {
  let young = new Map<string, number>();
  let old: ReadonlyMap<string, number> | undefined;
  const note = (id: string, position: number): void => {
    if (young.size === generation) {
      old = young;
      young = new Map();
    }
    young.set(id, position);
  };
  return {
    note,
    positionOf: (id) => {
      old ??= new Map(atFirst());
      return young.get(id) ?? old.get(id);
    },
  };
};
