import type { PreparedPods } from './prepared-pods.ts';

/**
 * What concerns one key, as an attachment, happens one after the other; different keys do not wait for each other. An ADD under
 * way is told to give up when a DEL for the same attachment comes.
 */
export type Turns = {
  /** What the task gives to `hold` has the turn until it is settled, also behind the task's own outcome. */
  readonly take: <A>(
    key: string,
    task: (giveUp: AbortSignal, hold: (until: Promise<unknown>) => void) => Promise<A>,
  ) => Promise<A>;
  /** The same for a task that changes nothing: it has its turn as others have, and the key is not busy for its sake. */
  readonly look: <A>(key: string, task: () => Promise<A>) => Promise<A>;
  /** As `take`, after asking whoever has the turn now or waits for it to give up. */
  readonly takeOver: <A>(key: string, task: () => Promise<A>) => Promise<A>;
  /** Has the turns of all these keys at once; waits for whoever has one, and makes nobody give up. Not where others take two. */
  readonly takeAll: <A>(keys: ReadonlyArray<string>, task: () => Promise<A>) => Promise<A>;
  /** Keys whose turn is taken now, or waited for, by a task that may change something. */
  readonly busy: () => ReadonlyArray<string>;
  /** ADDs that are between two turns of theirs. Changed in the key's turn only. */
  readonly prepared: PreparedPods;
  /** Resolves when nobody has a turn. */
  readonly idle: () => Promise<void>;
};

type Turn = { readonly done: Promise<unknown>; readonly aborts: Set<AbortController> };

export const makeTurns = (): Turns => {
  const turns = new Map<string, Turn>();
  /** How many tasks there are for a key that may change something, from when they came to when they let go of their turn. */
  const changing = new Map<string, number>();
  const count = (key: string, more: 1 | -1): void => {
    const now = (changing.get(key) ?? 0) + more;
    if (now === 0) changing.delete(key);
    else changing.set(key, now);
  };

  const enqueue = <A>(
    key: string,
    task: (hold: (until: Promise<unknown>) => void) => Promise<A>,
    abort?: AbortController,
    changes = true,
  ): Promise<A> => {
    if (changes) count(key, 1);
    const before = turns.get(key);
    const held: Promise<unknown>[] = [];
    const aborts = new Set([...(before?.aborts ?? []), ...(abort === undefined ? [] : [abort])]);
    const result = (before?.done ?? Promise.resolve()).then(() => task((until) => held.push(until)));
    const end = (): void => {
      if (changes) count(key, -1);
      if (turns.get(key) === turn) turns.delete(key);
    };
    const turn: Turn = {
      aborts,
      done: result
        .catch(() => undefined)
        .then(() => (held.length === 0 ? end() : Promise.allSettled(held).then(end))),
    };
    turns.set(key, turn);
    return result;
  };

  return {
    take: (key, task) => {
      const abort = new AbortController();
      return enqueue(key, (hold) => task(abort.signal, hold), abort);
    },
    look: (key, task) => enqueue(key, task, undefined, false),
    takeOver: (key, task) => {
      for (const abort of turns.get(key)?.aborts ?? []) abort.abort();
      return enqueue(key, task);
    },
    takeAll: async (keys, task) => {
      let letGo = (): void => undefined;
      const done = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      // Of pods' turns nobody else waits for two, so nobody can wait for one of these with another of them in hand.
      const had = keys.map(
        (key) =>
          new Promise<void>((resolve) => {
            void enqueue(key, () => {
              resolve();
              return done;
            });
          }),
      );
      try {
        await Promise.all(had);
        return await task();
      } finally {
        letGo();
      }
    },
    busy: () => [...changing.keys()],
    prepared: new Map(),
    idle: async () => {
      while (turns.size > 0) await Promise.all([...turns.values()].map(({ done }) => done));
    },
  };
};
