import { either as E } from 'fp-ts';
import { toCniError } from '../domain/cni/refusal.ts';
import type { Log } from '../domain/port/log.ts';
import type { Timer } from '../domain/port/timer.ts';
import type { StreamFailure } from './transact.ts';

/** Long enough not to fill the journal, short enough that a node whose disk has room again is not missed. */
const pauseMs = 5000;

/**
 * Keeps a follower going: one whose log cannot be read or written for now (a full disk, say) begins again after a pause. Any other
 * failure is said, and ends it: nothing is ever skipped.
 */
export const keepFollowing = async (
  { timer, log }: { readonly timer: Timer; readonly log: Log },
  who: string,
  run: () => Promise<E.Either<StreamFailure, undefined>>,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const ended = await run();
    if (E.isRight(ended)) return;
    const failure = ended.left;
    const { msg, details: remedy } = toCniError(failure);
    if (failure.type !== 'unavailable') {
      log.error(`${who} stops: ${msg}`, { remedy, failure });
      return;
    }
    log.warn(`${who} pauses: ${msg}`, { remedy, failure });
    await timer.sleep(pauseMs, signal);
  }
};
