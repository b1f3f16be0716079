/** What the streams of one connection were given to send and its client has not taken yet. */
export type Outflow = {
  /** A further stream of the connection. */
  readonly stream: () => StreamOutflow;
  /**
   * Resolves when all parts have left that were given by now. A stream that had not taken them within `patienceMs` is waited for no more,
   * until it has nothing waiting; the others are.
   */
  readonly drained: () => Promise<void>;
};

/** Its parts leave in the order in which they were given. */
export type StreamOutflow = {
  /** A part begins to wait. */
  readonly add: () => void;
  /** The first of those that wait has left, or never will. Called once a part. */
  readonly left: () => void;
};

type Stream = {
  given: number;
  left: number;
  /** Who waits until so many have left, in the order of these numbers. */
  readonly awaited: Array<{ readonly upTo: number; readonly settle: () => void }>;
};

/** In milliseconds. A client that is busy takes what was sent some milliseconds later; a stream whose reader is slow or stuck is to hold up the others but once. */
const patience = 25;

/** Those who waited until that many parts of the stream have left do so no more. */
const settle = ({ awaited }: Stream, left: number): void => {
  for (let first = awaited[0]; first !== undefined && first.upTo <= left; first = awaited[0]) {
    awaited.shift();
    first.settle();
  }
};

/**
 * nghttp2 (1.70, in Node 26) serves the streams of a connection in one order, the first ones as long as they have anything. Where a client takes less for a
 * moment than it is sent, what is new for the first ones would go before what the last ones, and those whose appends are answered, have waited for all the while.
 * So subscribers are given more when all streams have had what was before it, but for those that take it too slowly.
 */
export const openOutflow = (patienceMs = patience): Outflow => {
  /** Those of which parts wait, without those that ran out of patience. */
  const busy = new Set<Stream>();
  let given = 0;
  let last = { given, left: Promise.resolve() };

  return {
    stream: () => {
      const stream: Stream = { given: 0, left: 0, awaited: [] };
      return {
        add: () => {
          if (stream.given === stream.left) busy.add(stream);
          stream.given += 1;
          given += 1;
        },
        left: () => {
          stream.left += 1;
          settle(stream, stream.left);
          if (stream.left === stream.given) busy.delete(stream);
        },
      };
    },
    drained: () => {
      if (busy.size === 0) return Promise.resolve();
      if (last.given === given) return last.left;
      const { promise: left, resolve } = Promise.withResolvers<void>();
      const late = new Set(busy);
      const tired = setTimeout(() => {
        for (const stream of late) {
          busy.delete(stream);
          settle(stream, stream.given);
        }
      }, patienceMs);
      for (const stream of busy) {
        const done = (): void => {
          late.delete(stream);
          if (late.size > 0) return;
          clearTimeout(tired);
          resolve();
        };
        stream.awaited.push({ upTo: stream.given, settle: done });
      }
      last = { given, left };
      return left;
    },
  };
};
