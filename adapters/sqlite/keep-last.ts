type Keeping<Value> = {
  /** The most values, and the most that they measure together. The last one is kept however large it is. */
  readonly most: { readonly count: number; readonly size: number };
  readonly sizeOf: (value: Value) => number;
  /** When this is another number than before, nothing that was kept holds any more. */
  readonly asOf: () => number;
};

/** Makes a value once for all who ask for it one after the other: what was asked for last is kept. */
export const keepLast = <Value>({
  most,
  sizeOf,
  asOf,
}: Keeping<Value>): ((key: string, make: () => Value) => Value) => {
  const kept = new Map<string, { readonly value: Value; readonly size: number }>();
  let held = 0;
  let since = asOf();

  const drop = (key: string): void => {
    held -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };

  const keep = (key: string, value: Value): void => {
    const size = sizeOf(value);
    kept.set(key, { value, size });
    held += size;
    for (const oldest of kept.keys()) {
      if (oldest === key || (kept.size <= most.count && held <= most.size)) return;
      drop(oldest);
    }
  };

  return (key, make) => {
    const now = asOf();
    if (now !== since) for (const stale of [...kept.keys()]) drop(stale);
    since = now;
    const found = kept.get(key);
    if (found === undefined) {
      const value = make();
      keep(key, value);
      return value;
    }
    kept.delete(key);
    kept.set(key, found);
    return found.value;
  };
};
