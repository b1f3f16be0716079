import type { OpenSpans } from '../../domain/projection/ownership.ts';
import type { OwnershipSpan } from '../../domain/projection/ownership-span.ts';

/** What an index that already has rows knows of spans that last: each is taken out of its tables and kept in memory. */
export type Stored<S> = {
  readonly takeOne: (stream: string, key: string) => S | undefined;
  readonly takeAll: (stream: string) => ReadonlyArray<readonly [string, S]>;
};

/** Spans that last, in memory: at the end all are written. */
export type LastingSpans<S extends OwnershipSpan> = OpenSpans<S> & { readonly all: () => Iterable<S> };

/** `stored` is absent for an index that is made anew. */
export const lastingSpans = <S extends OwnershipSpan>(stored: Stored<S> | undefined): LastingSpans<S> => {
  const streams = new Map<string, Map<string, S>>();
  const of = (stream: string): Map<string, S> => {
    const known = streams.get(stream) ?? new Map<string, S>();
    streams.set(stream, known);
    return known;
  };
  return {
    get: (stream, key) => {
      const own = of(stream);
      const known = own.get(key);
      if (known !== undefined || stored === undefined) return known;
      const taken = stored.takeOne(stream, key);
      if (taken !== undefined) own.set(key, taken);
      return taken;
    },
    set: (stream, key, span) => {
      of(stream).set(key, span);
    },
    delete: (stream, key) => {
      of(stream).delete(key);
    },
    ofStream: (stream) => {
      const own = of(stream);
      for (const [key, span] of stored?.takeAll(stream) ?? []) own.set(key, span);
      return own;
    },
    all: function* () {
      for (const own of streams.values()) yield* own.values();
    },
  };
};
