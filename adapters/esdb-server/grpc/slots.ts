/** So many may do something at once; the others wait in the order in which they came. */
export type Slots = {
  /** Resolves with how to give the slot back, or with `undefined` when the signal aborts before there is one. */
  readonly take: (signal: AbortSignal) => Promise<(() => void) | undefined>;
};

/** What readers may have open of the log; no kind takes another's. `singles`: readings of one event. */
export type PageSlots = Readonly<Record<'subscriptions' | 'readings' | 'singles', Slots>>;

/** `within`: whoever takes one of these takes one of those as well. */
export const slots = (count: number, within?: Slots): Slots => {
  let free = count;
  const waiting = new Set<() => void>();

  const give = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  const own = (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false);
    if (free > 0) {
      free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const given = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        waiting.delete(given);
        resolve(false);
      };
      waiting.add(given);
      signal.addEventListener('abort', leave, { once: true });
    });
  };

  return {
    take: async (signal) => {
      if (!(await own(signal))) return undefined;
      const outer = within === undefined ? () => undefined : await within.take(signal);
      if (outer === undefined) {
        give();
        return undefined;
      }
      return () => {
        outer();
        give();
      };
    },
  };
};
