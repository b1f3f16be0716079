import { either as E } from 'fp-ts';
import type { Append, Appended, AppendFailure } from '../../domain/port/event-store.ts';
import type { CommitGroup } from './commit-group.ts';

type Answer = E.Either<AppendFailure, Appended>;
type Waiting = { readonly append: Append; readonly settle: (answer: Answer) => void };

type AppendQueue = {
  readonly append: (append: Append) => Promise<Answer>;
  /** Commits what waits; later appends are refused. */
  readonly close: () => void;
};

/** Group commit: the appends of one turn of the event loop share one transaction and one flush. */
export const appendQueue = (
  commit: CommitGroup,
  /** Called when accepted appends have reached the disk, with them and the last position that has. */
  flushed: (appends: ReadonlyArray<Append>, end: number) => void,
  /** Runs a task at the next turn of the event loop. */
  soon: (task: () => void) => void,
): AppendQueue => {
  let waiting: Waiting[] = [];
  /** Accepted, and no more than written. */
  let unflushed: Append[] = [];
  let closed = false;

  const commitWaiting = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const appends = group.map(({ append }) => append);
    const { answers, flushed: onDisk, end } = commit(appends);
    for (const [index, answer] of answers.entries()) group[index]?.settle(answer);
    unflushed.push(...appends.filter((_, index) => answers[index]?._tag === 'Right'));
    if (!onDisk || unflushed.length === 0) return;
    flushed(unflushed, end);
    unflushed = [];
  };

  return {
    append: (append) =>
      closed
        ? Promise.resolve(E.left({ type: 'unavailable', reason: 'the log is closed' }))
        : new Promise((settle) => {
            waiting.push({ append, settle });
            if (waiting.length === 1) soon(commitWaiting);
          }),
    close: () => {
      closed = true;
      commitWaiting();
    },
  };
};
