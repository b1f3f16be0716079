import type { Sha256 } from '../port/digest.ts';
import type { LoggedEvent, LogReader } from '../port/log-reader.ts';
import type { ChainedLog } from './ending-at.ts';
import type { Fault } from './fault.ts';
import {
  endVerification,
  finishVerification,
  passRun,
  startFollowing,
  startVerification,
  type Verification,
  type Verified,
  verifyEvent,
} from './verification.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Goes on row by row behind a page that could not be read, to the first row that is not as it should be. */
const narrow = (log: ChainedLog, verification: Verification, pageFailed: string): Fault | undefined => {
  for (;;) {
    const position = verification.chain.next;
    const expected = `the event of position ${position}`;
    try {
      const event = log.at(position);
      if (event === undefined) return { type: 'unreadable', position, expected, found: pageFailed };
      if (!verifyEvent(verification, event)) return verification.fault;
    } catch (error) {
      return { type: 'unreadable', position, expected, found: reasonOf(error) };
    }
  }
};

/** An event before the first position is passed over by whoever reads from there. */
const stray = (log: ChainedLog): Fault | undefined => {
  const expected = 'no event before position 0';
  try {
    for (const [event] of log.pages(Number.NEGATIVE_INFINITY, 'passed-over')) {
      if (event === undefined || event.position >= 0) return undefined;
      const { position, stream, revision, id, type } = event;
      return {
        type: 'position',
        position,
        stream,
        revision,
        id,
        event: type,
        expected,
        found: `${position}`,
      };
    }
    return undefined;
  } catch (error) {
    return { type: 'unreadable', position: -1, expected, found: reasonOf(error) };
  }
};

const outside = (log: ChainedLog): Fault | undefined => {
  const fault = (found: string): Fault => ({ type: 'file', position: -1, expected: 'a sound file', found });
  try {
    const damage = log.damage();
    return damage === undefined ? undefined : fault(damage);
  } catch (error) {
    return fault(reasonOf(error));
  }
};

const walk = (verification: Verification, log: ChainedLog, tick: (events: number) => void): Verified => {
  try {
    const runs = Iterator.from(log.archived());
    let run = runs.next().value;
    const next = (event: LoggedEvent): boolean => {
      for (; run?.from === verification.chain.next; run = runs.next().value)
        if (!passRun(verification, run)) return false;
      return verifyEvent(verification, event);
    };
    for (const page of log.pages(0, 'passed-over')) {
      if (!page.every(next)) break;
      tick(verification.chain.next);
    }
  } catch (error) {
    verification.fault = narrow(log, verification, reasonOf(error));
  }
  endVerification(verification);
  verification.fault ??= stray(log) ?? outside(log);
  return finishVerification(verification);
};

/**
 * Verifies a whole log: every chain, every law, and what its file says outside of events. `tick` is told how many events are
 * done. What cannot be read is a fault like any other.
 */
export const verifyLog = (sha256: Sha256, log: LogReader, tick: (events: number) => void): Verified =>
  walk(startVerification(sha256, log.at), log, tick);

/** The same but for the laws: `hold-log.ts` holds the events against them meanwhile. */
export const followLog = (sha256: Sha256, log: ChainedLog, tick: (events: number) => void): Verified =>
  walk(startFollowing(sha256), log, tick);
