import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { DroppableLog } from '../../domain/port/drop-era.ts';
import { flushRecovered } from './connect.ts';
import type { End, LastSeen } from './last-seen.ts';

type Watched = {
  readonly db: DatabaseSync;
  /** What is written down of this log so far. */
  readonly seen: LastSeen;
  readonly write: (seen: LastSeen) => void;
  /** Bytes of the write-ahead file; 0 when there is none. */
  readonly walSize: () => number;
  readonly open: (release: () => void) => DroppableLog;
  readonly release: () => void;
};

/** `undefined` of an empty log, and of one that cannot be read or is closed: then there is nothing to write down. */
const endOf = (db: DatabaseSync): End | undefined => {
  try {
    const row = db.prepare('SELECT position, log_hash FROM log ORDER BY position DESC LIMIT 1').get();
    return row && { position: Number(row['position']), logHash: String(row['log_hash']) };
  } catch {
    return undefined;
  }
};

/**
 * Writes down what the next opener must find again. In this order, so that no crash makes it ask for more than there is: the
 * write-ahead file counts from after its first flush until before it goes; an end counts when it is on disk.
 */
export const watch = ({ db, seen, write, walSize, open, release }: Watched): DroppableLog => {
  let known = seen;
  const note = (change: Partial<LastSeen>): void => {
    const next = { ...known, ...change };
    if (Object.keys(change).every((key) => known[key as keyof LastSeen] === next[key as keyof LastSeen]))
      return;
    write(next);
    known = next;
  };
  /** On a full disk, say: what is not written down is not asked for. */
  const tryToNote = (change: Partial<LastSeen>): void => {
    try {
      note(change);
    } catch {}
  };
  // Now, because opening empties the write-ahead file.
  note({ inWal: false });
  let last: End | undefined;
  const store = open(() => {
    if (walSize() === 0) tryToNote({ ...last });
    release();
  });
  if (walSize() === 0) tryToNote({ ...endOf(db) });
  return {
    ...store,
    append: (append) => async () => {
      const answer = await store.append(append)();
      if (!known.inWal && E.isRight(answer) && append.durability !== 'written')
        tryToNote({ ...endOf(db), inWal: true });
      return answer;
    },
    // The end that was written down must not be among what goes: the present one never is.
    dropEra: (era) => async () => {
      const settle = (): void => {
        note({ inWal: false });
        flushRecovered(db);
        note({ ...endOf(db) });
      };
      try {
        settle();
        const dropped = await store.dropEra(era)();
        settle();
        return dropped;
      } catch (error) {
        return E.left({ type: 'unavailable', reason: String(error) });
      }
    },
    close: async () => {
      last = endOf(db);
      tryToNote({ inWal: false });
      await store.close();
    },
  };
};
