/** What the streams of one connection were given to send and its client has not taken yet, part by part. */
export type Outflow = {
  /** A part begins to wait. What it returns is called when the part has left, or never will. */
  readonly add: () => () => void;
  /** Resolves when all parts have left that were given by now; who takes none for so long is waited for no more. */
  readonly drained: () => Promise<void>;
};

type Waiting = { readonly before: number; readonly left: Promise<void>; readonly resolve: () => void };

/** In milliseconds. A client that is busy takes what was sent some milliseconds later; a stream whose reader is stuck is to hold up the others but once. */
const patience = 25;

/**
 * nghttp2 (1.70, in Node 26) serves the streams of a connection in one order, the first ones as long as they have anything. Where a client takes less for a
 * moment than it is sent, what is new for the first ones would go before what the last ones, and those whose appends are answered, have waited for all the while.
 * So subscribers are given more when all streams have had what was before it.
 */
export const openOutflow = (patienceMs = patience): Outflow => {
  /** In the order in which they were given. */
  const leaving = new Set<number>();
  const waiting: Waiting[] = [];
  let next = 0;

  const settle = (): void => {
    const [oldest = next] = leaving;
    for (let first = waiting[0]; first !== undefined && first.before <= oldest; first = waiting[0]) {
      waiting.shift();
      first.resolve();
    }
  };

  const giveUp = (before: number): void => {
    for (const part of leaving) if (part < before) leaving.delete(part);
    settle();
  };

  return {
    add: () => {
      const part = next;
      next += 1;
      leaving.add(part);
      return () => {
        if (leaving.delete(part)) settle();
      };
    },
    drained: () => {
      if (leaving.size === 0) return Promise.resolve();
      const last = waiting.at(-1);
      if (last?.before === next) return last.left;
      const { promise: left, resolve } = Promise.withResolvers<void>();
      const before = next;
      const tired = setTimeout(() => giveUp(before), patienceMs);
      waiting.push({
        before,
        left,
        resolve: () => {
          clearTimeout(tired);
          resolve();
        },
      });
      return left;
    },
  };
};
