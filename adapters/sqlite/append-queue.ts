import { either as E } from 'fp-ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { CommitGroup } from './commit-group.ts';
import type { Done, Work, Written } from './work.ts';

type Flushed = E.Either<Unavailable, void>;
type Waiting = {
  readonly work: Work<unknown, unknown>;
  readonly settle: (answer: E.Either<unknown, Done<unknown>>) => void;
};

const gone: Unavailable = { type: 'unavailable', reason: 'the log is closed' };

/** When the queue does its work. */
export type Turns = {
  /** Runs a task at the next turn of the event loop: `setImmediate`, or a simulator's own. */
  readonly soon: (task: () => void) => void;
  /** Runs a task so many milliseconds later; keeps no process alive. */
  readonly later: (ms: number, task: () => void) => void;
};

type AppendQueue = {
  readonly append: <Failure, Answer>(
    work: Work<Failure, Answer>,
  ) => Promise<E.Either<Failure | Unavailable, Answer>>;
  /** Resolves when the appends before are committed and on disk. */
  readonly flush: () => Promise<Flushed>;
  /** Commits what waits; later appends are refused. */
  readonly close: () => void;
};

/** How long what is only written may wait for somebody else's flush, in milliseconds. */
const flushWithin = 100;

/** A group of so many events takes some 30 ms: then others get their turn. */
const eventsAtOnce = 2000;

/** Takes what comes first: so many events, and one piece of work at least. */
const takeGroup = (waiting: Waiting[]): ReadonlyArray<Waiting> => {
  let events = 0;
  const behind = waiting.findIndex(({ work }, index) => {
    events += work.events;
    return index > 0 && events > eventsAtOnce;
  });
  return waiting.splice(0, behind === -1 ? waiting.length : behind);
};

/**
 * Group commit: the appends of one turn of the event loop share one transaction and one flush. What nobody asked to be flushed is
 * flushed a little later.
 */
export const appendQueue = (
  commit: CommitGroup,
  /** Brings to the disk what is written; fails with the reason. */
  flushFile: () => Flushed,
  /** Called when what was written has reached the disk, with it and the last position that has. */
  flushed: (wrote: ReadonlyArray<Written>, end: number) => void,
  { soon, later }: Turns,
): AppendQueue => {
  const waiting: Waiting[] = [];
  let flushing: Array<(flushed: Flushed) => void> = [];
  /** No more than written. */
  let unflushed: Written[] = [];
  /** The log's last position. */
  let written = -1;
  let pending = false;
  let closed = false;

  const isOnDisk = (): void => {
    if (unflushed.length > 0) flushed(unflushed, written);
    unflushed = [];
  };

  const flushWritten = (): Flushed => {
    if (unflushed.length === 0) return E.right(undefined);
    const outcome = flushFile();
    if (E.isRight(outcome)) isOnDisk();
    return outcome;
  };

  /** A disk that refuses now is asked again with the next append. */
  const flushLater = (): void => {
    if (pending || unflushed.length === 0) return;
    pending = true;
    later(flushWithin, () => {
      pending = false;
      if (!closed) flushWritten();
    });
  };

  const commitWaiting = (): void => {
    const group = takeGroup(waiting);
    if (group.length === 0) return;
    const { answers, flushed: onDisk, end } = commit(group.map(({ work }) => work));
    for (const [index, answer] of answers.entries()) group[index]?.settle(answer);
    for (const answer of answers) if (E.isRight(answer)) unflushed.push(...answer.right.wrote);
    if (end >= 0) written = end;
    if (onDisk) isOnDisk();
    else flushLater();
  };

  const turn = (): void => {
    commitWaiting();
    if (waiting.length > 0) {
      soon(turn);
      return;
    }
    const asked = flushing;
    flushing = [];
    if (asked.length === 0) return;
    const outcome = flushWritten();
    for (const settle of asked) settle(outcome);
  };

  const take = (enqueue: () => void): void => {
    const first = waiting.length + flushing.length === 0;
    enqueue();
    if (first) soon(turn);
  };

  return {
    append: <Failure, Answer>(work: Work<Failure, Answer>) =>
      new Promise<E.Either<Failure | Unavailable, Answer>>((resolve) => {
        const settle: Waiting['settle'] = (answer) =>
          resolve(E.map(({ answer: own }: Done<Answer>) => own)(answer as E.Either<Failure, Done<Answer>>));
        if (closed) resolve(E.left(gone));
        else take(() => waiting.push({ work, settle }));
      }),
    flush: () =>
      closed ? Promise.resolve(E.left(gone)) : new Promise((settle) => take(() => flushing.push(settle))),
    close: () => {
      closed = true;
      while (waiting.length > 0) commitWaiting();
      turn();
      flushWritten();
    },
  };
};
