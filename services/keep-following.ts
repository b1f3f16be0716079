import { either as E } from 'fp-ts';
import { toCniError } from '../domain/cni/refusal.ts';
import type { Log } from '../domain/port/log.ts';
import type { Timer } from '../domain/port/timer.ts';
import { describeCheckpoint } from './checkpoint.ts';
import type { CheckpointUnreadable } from './follow.ts';
import { unreachableLedger } from './ledger/unreachable-ledger.ts';
import { describeUnrecorded, type RestoreUnrecorded } from './ledger/unrecorded-restore.ts';
import type { StreamFailure } from './stream-failure.ts';

/** Long enough not to fill the journal, short enough that a node whose disk has room again is not missed. */
const pauseMs = 5000;

/** Why a follower stops. */
export type Stopped = StreamFailure | CheckpointUnreadable | RestoreUnrecorded;

/** What stopped a follower, and what to do. */
export const failureWords = (failure: Stopped): { readonly msg: string; readonly remedy: string } => {
  if (failure.type === 'checkpoint-unreadable') return describeCheckpoint(failure);
  if (failure.type === 'restore-unrecorded') return describeUnrecorded(failure);
  const { msg, details } = toCniError(failure);
  return { msg, remedy: details };
};

export type FollowingPorts = {
  readonly timer: Timer;
  readonly log: Log;
  /** Whether the log is another machine's: what is the matter then is mostly the way there. */
  readonly remote?: boolean;
};

/**
 * Keeps a follower going: one whose log or checkpoint cannot be read or written for now (a full disk, say) begins again after a
 * pause. Any other failure is said, ends it and is returned: nothing is ever skipped.
 */
export const keepFollowing = async (
  { timer, log, remote = false }: FollowingPorts,
  who: string,
  run: () => Promise<E.Either<Stopped, undefined>>,
  signal: AbortSignal,
): Promise<Stopped | undefined> => {
  while (!signal.aborted) {
    const ended = await run();
    if (E.isRight(ended)) return undefined;
    const failure = ended.left;
    const { msg, remedy } =
      remote && failure.type === 'unavailable' ? unreachableLedger(failure.reason) : failureWords(failure);
    if (failure.type !== 'unavailable' && failure.type !== 'checkpoint-unreadable') {
      log.error(`${who} stops: ${msg}`, { remedy, failure });
      return failure;
    }
    log.warn(`${who} pauses: ${msg}`, { remedy, failure });
    await timer.sleep(pauseMs, signal);
  }
  return undefined;
};
