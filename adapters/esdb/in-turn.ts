import type { either as E } from 'fp-ts';
import type { Append, Appended, AppendFailure } from '../../domain/port/event-store.ts';

type Answer = E.Either<AppendFailure, Appended>;

export type Appending = {
  readonly append: (wanted: Append) => Promise<Answer>;
  /** Resolves when every append that was under way has an answer, or was thrown out. */
  readonly settled: () => Promise<unknown>;
};

/** Appends to one stream go one behind the other: on the wire they could overtake each other. One that throws is nobody else's trouble. */
export const inTurn = (append: (wanted: Append) => Promise<Answer>): Appending => {
  const last = new Map<string, Promise<unknown>>();
  return {
    append: async (wanted) => {
      const before = last.get(wanted.stream);
      const appending = (async () => {
        await before?.catch(() => undefined);
        return append(wanted);
      })();
      last.set(wanted.stream, appending);
      try {
        return await appending;
      } finally {
        if (last.get(wanted.stream) === appending) last.delete(wanted.stream);
      }
    },
    // The last one of a stream ends behind all others of it.
    settled: () => Promise.allSettled(last.values()),
  };
};
