import { type Faults, fails } from './faults.ts';

/** As SQLite says that a flush was refused, and as Node does. */
const refusedFlush = {
  sqlite: (): Error => Object.assign(new Error('disk I/O error'), { errcode: 1034 }),
  own: (): Error => Object.assign(new Error('EIO: i/o error, fdatasync'), { syscall: 'fdatasync' }),
};

/** Whose descriptor of the write-ahead file it is. */
type Descriptor = keyof typeof refusedFlush;

/** How much of what was written a power cut leaves. */
export type Flushes = {
  /** The last position that it leaves for certain; −1 for none. */
  readonly durable: () => number;
  /** A commit ended with this position. */
  readonly wrote: (position: number) => void;
  /** What was written up to a position is to reach the disk: the refusal to be thrown when it does not. */
  readonly flush: (by: Descriptor, end: number) => Error | undefined;
  /** The last positions that it may leave. */
  readonly ends: () => ReadonlyArray<number>;
  /** All up to this position is written anew and flushed, as an opening does, or is another file. */
  readonly renew: (end: number) => void;
};

/**
 * A disk as Linux has it: pages that it could not write pass for written, so that no later flush brings them there, nor what the log has
 * behind them; and each descriptor is told of it once.
 */
export const makeFlushes = (faults: Faults): Flushes => {
  let durable = -1;
  /** The last position of each commit that is not flushed. */
  let unflushed: number[] = [];
  let dropped = false;
  const untold = new Set<Descriptor>();

  const reached = (end: number): void => {
    durable = Math.max(durable, end);
    unflushed = unflushed.filter((position) => position > end);
  };

  return {
    durable: () => durable,
    wrote: (position) => void unflushed.push(position),
    flush: (by, end) => {
      if (fails(faults, 'flush')) {
        dropped = true;
        untold.add('sqlite').add('own');
      }
      if (untold.delete(by)) return refusedFlush[by]();
      if (!dropped) reached(end);
      return undefined;
    },
    ends: () => [durable, ...(dropped ? [] : unflushed)],
    renew: (end) => {
      dropped = false;
      untold.clear();
      durable = end;
      unflushed = [];
    },
  };
};
