import type { Append } from '../../domain/port/event-store.ts';

/** What a follower waits for: `undefined` stands for any. */
export type Interest = {
  readonly stream: string | undefined;
  readonly types: ReadonlyArray<string> | undefined;
};

/** Where the followers of a log wait for it to grow. */
export type Tail = {
  /** Resolves when the log has grown by what is of interest or was closed, or when the signal aborts. */
  readonly change: (signal: AbortSignal, interest: Interest) => Promise<void>;
  /** Wakes those whom one of these appends concerns. */
  readonly grown: (appends: ReadonlyArray<Append>) => void;
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
    grown: (appends) => {
      for (const [done, interest] of [...waiting]) {
        if (appends.some((append) => concerns(append, interest))) done();
      }
    },
    closed: () => {
      for (const done of [...waiting.keys()]) done();
    },
  };
};

const concerns = (append: Append, { stream, types }: Interest): boolean =>
  (stream === undefined || append.stream === stream) &&
  (types === undefined || append.events.some(({ type }) => types.includes(type)));
