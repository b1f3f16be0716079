import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { End, LastSeen } from './last-seen.ts';
import type { SqliteStore } from './store.ts';

type Watched = {
  readonly db: DatabaseSync;
  /** What is written down of this log so far. */
  readonly seen: LastSeen;
  readonly write: (seen: LastSeen) => void;
  /** Bytes of the write-ahead file; 0 when there is none. */
  readonly walSize: () => number;
  readonly open: (release: () => void) => SqliteStore;
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
export const watch = ({ db, seen, write, walSize, open, release }: Watched): SqliteStore => {
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
  /** From here on the write-ahead file goes with the log, whatever is still answered meanwhile. */
  let closing = false;
  /** Whether the write-ahead file counted before it was to go: it stays when the disk refuses the last flush, or beside a reader. */
  let counted = false;
  const store = open(() => {
    tryToNote(walSize() === 0 ? { ...last } : { inWal: counted });
    release();
  });
  if (walSize() === 0) tryToNote({ ...endOf(db) });
  const onDisk = <A, F>(answer: E.Either<F, A>, end = endOf): E.Either<F, A> => {
    // A repeat writes nothing: the write-ahead file may be as empty as the opening left it.
    if (!closing && !known.inWal && E.isRight(answer) && walSize() > 0)
      tryToNote({ ...end(db), inWal: true });
    return answer;
  };
  /** The end that there was before it: what is written while it is under way is no part of it. */
  const flush = async (): Promise<E.Either<Unavailable, End | undefined>> => {
    const end = endOf(db);
    return E.map(() => end)(await store.flush()());
  };
  /** An end counts when it is on disk: what is only written is flushed first. */
  const noteEnd = async (change: Partial<LastSeen>): Promise<void> => {
    const flushed = await flush();
    if (!closing && E.isRight(flushed)) tryToNote({ ...flushed.right, ...change });
  };
  return {
    ...store,
    append: (append) => async () => {
      const answer = await store.append(append)();
      return append.durability === 'written' ? answer : onDisk(answer);
    },
    clients: {
      ...store.clients,
      append: (append) => async () => onDisk(await store.clients.append(append)()),
      delete: (deletion) => async () => onDisk(await store.clients.delete(deletion)()),
      tombstone: (deletion) => async () => onDisk(await store.clients.tombstone(deletion)()),
    },
    flush: () => async () => {
      const end = known.inWal ? undefined : endOf(db);
      return onDisk(await store.flush()(), () => end);
    },
    redact: (redaction) => async () => onDisk(await store.redact(redaction)()),
    clearRemains: () => async () => {
      const latched = store.latched();
      if (latched !== undefined) return E.left(latched);
      tryToNote({ inWal: false });
      if (known.inWal)
        return E.left({ type: 'unavailable', reason: 'the file beside the log cannot be written' });
      const cleared = await store.clearRemains()();
      await noteEnd({ inWal: walSize() > 0 });
      return cleared;
    },
    // The end that was written down must not be among what goes: the present one never is.
    dropEra: (era) => async () => {
      const latched = store.latched();
      if (latched !== undefined) return E.left(latched);
      const settle = async (): Promise<E.Either<Unavailable, void>> => {
        note({ inWal: false });
        const emptied = await store.clearRemains()();
        if (E.isLeft(emptied)) return emptied as E.Either<Unavailable, never>;
        const flushed = await flush();
        if (E.isLeft(flushed)) return flushed;
        note({ ...flushed.right });
        return E.right(undefined);
      };
      try {
        const before = await settle();
        if (E.isLeft(before)) return before;
        const dropped = await store.dropEra(era)();
        await settle();
        return dropped;
      } catch (error) {
        return E.left({ type: 'unavailable', reason: String(error) });
      }
    },
    close: async () => {
      if (!closing) {
        last = endOf(db);
        counted = known.inWal;
        // Of a log that is latched the write-ahead file stays.
        if (store.latched() === undefined) tryToNote({ inWal: false });
      }
      closing = true;
      await store.close();
    },
  };
};
