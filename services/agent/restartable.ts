/** Something that runs for long, and may be made to begin again. */
export type Restartable<A> = {
  /** Ends it, changes what it reads, and has it begin anew whatever came of the change. */
  readonly around: <B>(change: () => Promise<B>) => Promise<B>;
  /** How it ended, for good. */
  readonly over: () => Promise<A>;
};

/** Begins at once; `run` is to end when its signal aborts. */
export const restartable = <A>(
  run: (signal: AbortSignal) => Promise<A>,
  signal: AbortSignal,
): Restartable<A> => {
  const begin = () => {
    const stopping = new AbortController();
    return { stopping, ended: run(AbortSignal.any([signal, stopping.signal])) };
  };
  let current = begin();
  return {
    around: async (change) => {
      current.stopping.abort();
      await current.ended;
      try {
        return await change();
      } finally {
        current = begin();
      }
    },
    over: async () => {
      for (;;) {
        const one = current;
        const ended = await one.ended;
        if (one === current) return ended;
      }
    },
  };
};
