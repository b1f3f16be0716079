import type { Written } from './work.ts';

/** What a follower waits for: `undefined` stands for any. */
export type Interest = {
  readonly stream: string | undefined;
  readonly types: ReadonlyArray<string> | undefined;
};

/** Where the followers of a log wait for it to grow. */
export type Tail = {
  /** Resolves when the log has grown by what is of interest or was closed, or when the signal aborts. */
  readonly change: (signal: AbortSignal, interest: Interest) => Promise<void>;
  /** Wakes those whom some of it concerns. */
  readonly grown: (wrote: ReadonlyArray<Written>) => void;
  /** Wakes all. */
  readonly closed: () => void;
};

export const makeTail = (): Tail => {
  const waiting = new Map<() => void, Interest>();
  return {
    change: (signal, interest) =>
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
        waiting.set(done, interest);
        signal.addEventListener('abort', done);
      }),
    grown: (wrote) => {
      for (const [done, interest] of [...waiting]) {
        if (wrote.some((one) => concerns(one, interest))) done();
      }
    },
    closed: () => {
      for (const done of [...waiting.keys()]) done();
    },
  };
};

const concerns = (wrote: Written, { stream, types }: Interest): boolean =>
  (stream === undefined || wrote.stream === stream) &&
  (types === undefined || wrote.events.some(({ type }) => types.includes(type)));
