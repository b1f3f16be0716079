/** Where the followers of a log wait for it to grow. */
export type Tail = {
  /** Resolves when the log has grown or was closed, or when the signal aborts. */
  readonly change: (signal: AbortSignal) => Promise<void>;
  readonly wake: () => void;
};

export const makeTail = (): Tail => {
  const waiting = new Set<() => void>();
  return {
    change: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        if (signal.aborted) {
          resolve();
          return;
        }
        waiting.add(done);
        signal.addEventListener('abort', done);
      }),
    wake: () => {
      for (const done of [...waiting]) done();
    },
  };
};
