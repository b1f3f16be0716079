/** Differences as `update2` writes them (ovsdb-server(7), section 4.1.14). */

/** A set's difference names the elements that are in only one of the two. */
export const toggle = <A>(before: ReadonlySet<A>, difference: ReadonlyArray<A>): ReadonlySet<A> => {
  if (difference.length === 0) return before;
  const after = new Set(before);
  for (const element of difference) if (!after.delete(element)) after.add(element);
  return after;
};

/** A map's difference repeats an entry as it was to remove it, and otherwise gives its new value. */
export const patch = (
  before: Readonly<Record<string, string>>,
  difference: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const kept = Object.entries(before).filter(([key]) => !(key in difference));
  const set = Object.entries(difference).filter(([key, value]) => before[key] !== value);
  return Object.fromEntries([...kept, ...set]);
};
