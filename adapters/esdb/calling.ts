import { either as E, option as O } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Denied, LogIdentity, ReadFailure, Unavailable } from '../../domain/port/event-store.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { RetryPolicy } from '../../domain/retry-policy.ts';
import type { Connection } from './connection.ts';
import { type CallFailure, callFailure, isOverdue } from './failure.ts';

/** What every call needs. */
export type Calling = {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Whose events are ours: one that is not, and stands there all the same, is never passed over. All other streams tell nothing. */
  readonly isOurs: (stream: string) => boolean;
  /** How long an answer is waited for, in calls that were not answered. */
  readonly patience: RetryPolicy;
  /** Throws what `thrown` makes unless what answers now is the log that was opened: as it `told` with its answer, or says when it is asked. Absent before it is known which that is. */
  readonly sameLog?: (told?: LogIdentity) => Promise<void>;
  /** Aborts when the store is closed: nobody waits any longer. With a text for its reason when it was not who uses it that closed it. */
  readonly closing: AbortSignal;
  /** To be told of whatever is answered, a refusal too, and after how many milliseconds the server is asked again: until then it cannot be silent. */
  readonly heard: (againMs?: number) => void;
};

/** Why nothing is answered any more. */
export const closedReason = ({ reason }: AbortSignal): string =>
  typeof reason === 'string' ? reason : 'the log is closed';

/** Waits as the policy has it behind what the call came to; false when it is to be given up. */
const waits = async (
  { clock, timer, heard }: Calling,
  policy: RetryPolicy,
  status: { readonly tries: number; readonly begun: number; readonly error: unknown },
  signal: AbortSignal,
): Promise<boolean> => {
  const delay = policy({ tries: status.tries, elapsedMs: clock.monotonicMs() - status.begun });
  if (O.isNone(delay) || signal.aborted) return false;
  // Else a server that is away would be called silent, and its own reason would not be told.
  if (!isOverdue(status.error)) heard(delay.value);
  await timer.sleep(delay.value, signal);
  return !signal.aborted;
};

/** Makes a call again, the same one, for as long as it is not answered and the patience lasts. */
export const insist = async <A>(
  calling: Calling,
  call: () => Promise<A>,
): Promise<E.Either<CallFailure, A>> => {
  const begun = calling.clock.monotonicMs();
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await call();
      calling.heard();
      return E.right(answer);
    } catch (error) {
      const failure = callFailure(error);
      if (failure.type !== 'unavailable') {
        calling.heard();
        return E.left(failure);
      }
      if (await waits(calling, calling.patience, { tries, begun, error }, calling.closing)) continue;
      const { closing } = calling;
      return E.left(closing.aborted ? { ...failure, reason: closedReason(closing) } : failure);
    }
  }
};

/** What is thrown out of an iteration: it has no other way to fail. */
export const thrown = (failure: Exclude<ReadFailure, { readonly type: 'archived' }>): Error & ReadFailure =>
  Object.assign(new Error(failure.reason), failure);

/** What was named already, and asking again would not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof Error &&
  ['restored', 'denied', 'unreadable-envelope'].includes(String((error as { type?: unknown }).type));

export const closed = ({ closing }: Pick<Calling, 'closing'>): Error & ReadFailure =>
  thrown({ type: 'unavailable', reason: closedReason(closing) });

/** A failed reading as the port says it. */
export const readFailure = (failure: CallFailure): Denied | Unavailable => {
  switch (failure.type) {
    case 'denied':
    case 'unavailable':
      return failure;
    case 'rejected':
    case 'too-large':
      return { type: 'unavailable', reason: failure.reason };
    case 'conflict':
      return { type: 'unavailable', reason: 'the server speaks of a conflict where nothing was appended' };
  }
};

/**
 * An iteration that goes on behind what it gave when the connection breaks: `open` begins there. Gives up by the policy when nothing comes
 * any more, and throws the reason; ends when the signal aborts.
 */
export const resuming = async function* <A>(
  calling: Calling,
  policy: RetryPolicy,
  signal: AbortSignal,
  open: () => AsyncIterable<A>,
): AsyncGenerator<A, void> {
  let tries = 0;
  let begun = 0;
  while (!signal.aborted) {
    try {
      // A place that the log has no more may not even be answered.
      if (tries > 0) await calling.sameLog?.();
      for await (const one of open()) {
        tries = 0;
        calling.heard();
        yield one;
        if (signal.aborted) return;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
      const failure = callFailure(error);
      if (failure.type !== 'unavailable') throw thrown(readFailure(failure));
      if (tries === 0) begun = calling.clock.monotonicMs();
      tries += 1;
      if (await waits(calling, policy, { tries, begun, error }, signal)) continue;
      if (!signal.aborted) throw thrown(failure);
    }
  }
};
