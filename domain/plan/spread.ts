/** How often each whole number came: as much memory as there are different ones. */
export type Spread = Map<number, number>;

export const count = (spread: Spread, number: number): void => {
  spread.set(number, (spread.get(number) ?? 0) + 1);
};

export type Summary = { readonly min: number; readonly median: number };

/** `median` is the lower one of two in the middle; `undefined` of nothing. */
export const summary = (spread: Spread): Summary | undefined => {
  const sorted = [...spread].sort(([a], [b]) => a - b);
  const [first] = sorted;
  if (first === undefined) return undefined;
  const middle = sorted.reduce((total, [, times]) => total + times, 0) / 2;
  let seen = 0;
  for (const [number, times] of sorted) {
    seen += times;
    if (seen >= middle) return { min: first[0], median: number };
  }
  return undefined;
};
