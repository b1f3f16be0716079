import { either as E } from 'fp-ts';
import type { Violation } from '../../domain/cluster/violation.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { IndexFailure, OwnershipIndex } from '../../domain/port/ownership-index.ts';
import type { Vantage } from '../../domain/time/moment.ts';
import type { AskFailure } from '../ask.ts';
import { progress } from '../progress.ts';
import { type Context, onLog } from './context.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** What a question about the past is asked with. */
export type Asking = {
  readonly index: OwnershipIndex;
  readonly terminal: Terminal;
  readonly vantage: Vantage;
  /** The log's last position; −1 when it is empty. */
  readonly end: number;
};

export const unreadableWords = (cause: UnreadableEvent): string => {
  switch (cause.type) {
    case 'unknown-event':
      return `is a ${cause.event} of version ${cause.version}, which this program does not know`;
    case 'unreadable-payload':
      return `is a ${cause.event} that cannot be read: ${cause.reason}`;
    case 'unreadable-envelope':
      return `cannot be read: ${cause.reason}`;
  }
};

const indexRefusal = (failure: IndexFailure): AskFailure =>
  failure.type === 'unreadable-event'
    ? {
        type: 'refused',
        msg: `the event at position ${failure.position} ${unreadableWords(failure.cause)}`,
        remedy:
          'run the program that wrote it, or a newer one; evioctl verify says whether the log was altered',
      }
    : {
        type: 'refused',
        msg: `no index of the log can be made in ${failure.path}: ${failure.reason}`,
        remedy: 'make room there, or set TMPDIR to a folder that can be written',
      };

export const refuseFailure = (terminal: Terminal, failure: AskFailure): ExitCode => {
  printFailure(terminal, failure);
  return exitCodeOf(failure);
};

/**
 * The log for an index to be made of. An index that cannot be made in one place is tried in another, whatever the reason; one that
 * the log itself is the reason for fails at once everywhere, and `failure` has that reason.
 */
const remembering = (log: LogReader) => {
  let failure: unknown;
  const pages: LogReader['pages'] = function* (from, archived) {
    if (failure !== undefined) throw failure;
    try {
      yield* log.pages(from, archived);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  return { log: { ...log, pages }, failure: () => failure };
};

/** Asks the index of the log; it is made, or brought up to the log's end, before. */
export const onIndex = (
  context: Context,
  ask: (asking: Asking) => E.Either<ReadonlyArray<Violation>, ExitCode>,
): Promise<void> =>
  onLog(context, async (log, terminal) => {
    const { clock, openIndex, zone } = context;
    const end = log.end()?.position ?? -1;
    const line = progress(terminal, clock, end + 1);
    const read = remembering(log);
    const opened = openIndex(read.log, line.tick);
    line.done();
    if (E.isLeft(opened) && read.failure() !== undefined) throw read.failure();
    if (E.isLeft(opened)) return refuseFailure(terminal, indexRefusal(opened.left));
    const index = opened.right;
    try {
      const answered = ask({ index, terminal, end, vantage: { now: Date.parse(clock.now()), zone } });
      return E.isRight(answered)
        ? answered.right
        : refuseFailure(terminal, { type: 'violations', violations: answered.left });
    } finally {
      index.close();
    }
  });
