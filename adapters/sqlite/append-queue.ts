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
  /** Runs a task when all is done that can be without another look at the sockets: `process.nextTick`. Without it all work waits for its turn. */
  readonly atOnce?: (task: () => void) => void;
  /** Runs a task so many milliseconds later; keeps no process alive. */
  readonly later: (ms: number, task: () => void) => void;
};

type AppendQueue = {
  readonly append: <Failure, Answer>(
    work: Work<Failure, Answer>,
  ) => Promise<E.Either<Failure | Unavailable, Answer>>;
  /** Resolves when the appends before are committed and on disk. */
  readonly flush: () => Promise<Flushed>;
  /** Refuses later appends; resolves when what waits is committed and on disk. */
  readonly close: () => Promise<void>;
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
 * Group commit: the appends of one turn of the event loop share one transaction and one flush. Who came alone the last time is not kept waiting for
 * company: his next append is written as it comes, one in each turn, so that its answer leaves in the same one. What nobody asked to be flushed is
 * flushed a little later. Such a flush is waited for beside other work: appends go on meanwhile, and are not part of it.
 */
export const appendQueue = (
  commit: CommitGroup,
  /** Brings to the disk all that is written when it is called; fails with the reason. */
  flushFile: () => Promise<Flushed>,
  /** Called when what was written has reached the disk, with it and the last position that has. */
  flushed: (wrote: ReadonlyArray<Written>, end: number) => void,
  { soon, atOnce, later }: Turns,
): AppendQueue => {
  const waiting: Waiting[] = [];
  let flushing: Array<(flushed: Flushed) => void> = [];
  /** No more than written. */
  const unflushed: Written[] = [];
  /** How much has reached the disk so far. */
  let onDisk = 0;
  /** The log's last position. */
  let written = -1;
  let scheduled = false;
  /** The last turn with work brought one piece of it. */
  let alone = false;
  /** This turn of the event loop has had its commit; and more came behind that. */
  let served = false;
  let company = false;
  let underWay = false;
  let pending = false;
  let closed = false;

  /** What a transaction brought along to the disk meanwhile is told once. */
  const reached = (count: number, end: number): void => {
    const wrote = unflushed.splice(0, Math.max(0, count - onDisk));
    onDisk += wrote.length;
    if (wrote.length > 0) flushed(wrote, end);
  };

  const flushWritten = async (): Promise<Flushed> => {
    if (unflushed.length === 0) return E.right(undefined);
    const [count, end] = [onDisk + unflushed.length, written];
    const outcome = await flushFile();
    if (E.isRight(outcome)) reached(count, end);
    return outcome;
  };

  /** Whatever failed on the way to the disk is tried again, for nobody may come whose append would do it; a refused flush never is. */
  const flushLater = (): void => {
    if (pending || unflushed.length === 0) return;
    pending = true;
    later(flushWithin, () => {
      pending = false;
      if (closed || unflushed.length === 0) return;
      void flush().then((outcome) => {
        if (E.isLeft(outcome) && outcome.left.flush === undefined && !closed) flushLater();
      });
    });
  };

  const commitWaiting = (): void => {
    const group = takeGroup(waiting);
    if (group.length === 0) return;
    const { answers, flushed: allOnDisk, end } = commit(group.map(({ work }) => work));
    for (const [index, answer] of answers.entries()) group[index]?.settle(answer);
    for (const answer of answers) if (E.isRight(answer)) unflushed.push(...answer.right.wrote);
    if (end >= 0) written = end;
    if (allOnDisk) reached(onDisk + unflushed.length, written);
    else flushLater();
  };

  /** One at a time: whoever asks meanwhile needs another one, behind the appends that he waits for. */
  const flushAsked = (): void => {
    if (underWay || flushing.length === 0) return;
    const asked = flushing;
    flushing = [];
    underWay = true;
    void flushWritten().then((outcome) => {
      underWay = false;
      for (const settle of asked) settle(outcome);
      if (flushing.length > 0) schedule();
    });
  };

  const serve = (): void => {
    alone = atOnce !== undefined && waiting.length === 1 && !company;
    company = false;
    if (alone) {
      served = true;
      soon(() => {
        served = false;
      });
    }
    commitWaiting();
  };

  const turn = (): void => {
    scheduled = false;
    if (waiting.length > 0) serve();
    if (waiting.length > 0) schedule();
    else flushAsked();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    if (alone && !served && atOnce !== undefined) atOnce(turn);
    else soon(turn);
  };

  const flush = (): Promise<Flushed> =>
    new Promise((settle) => {
      flushing.push(settle);
      schedule();
    });

  return {
    append: <Failure, Answer>(work: Work<Failure, Answer>) =>
      new Promise<E.Either<Failure | Unavailable, Answer>>((resolve) => {
        const settle: Waiting['settle'] = (answer) =>
          resolve(E.map(({ answer: own }: Done<Answer>) => own)(answer as E.Either<Failure, Done<Answer>>));
        if (closed) return resolve(E.left(gone));
        waiting.push({ work, settle });
        company ||= served;
        schedule();
      }),
    flush: () => (closed ? Promise.resolve(E.left(gone)) : flush()),
    close: async () => {
      closed = true;
      while (waiting.length > 0) commitWaiting();
      await flush();
    },
  };
};
