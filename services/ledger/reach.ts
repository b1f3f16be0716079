import { either as E, type taskEither as TE } from 'fp-ts';
import { type LogAddress, withoutPassword } from '../../domain/connection-string.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { Log } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { StartFailure } from './start-failure.ts';
import { unreachableLedger } from './unreachable-ledger.ts';

export type OpenLedger = (address: LogAddress) => TE.TaskEither<StartFailure | StreamFailure, EventStore>;

/** A store on another machine has been waited for before that. */
const pauseMs = 5000;

/**
 * Opens a ledger, and waits for one that cannot be reached, which is said each time. Gives what else keeps it from being opened, and that
 * it cannot be reached when the signal aborts.
 */
export const reachLedger = async (
  { openLedger, timer, log }: { readonly openLedger: OpenLedger; readonly timer: Timer; readonly log: Log },
  address: LogAddress,
  signal: AbortSignal,
): Promise<E.Either<StartFailure | StreamFailure, EventStore>> => {
  const ledger = address.store === 'sqlite' ? address.path : withoutPassword(address.text);
  log.info('reaching the ledger', { ledger });
  for (;;) {
    const opened = await openLedger(address)();
    if (E.isRight(opened) || opened.left.type !== 'unavailable' || signal.aborted) return opened;
    const { msg, remedy } = unreachableLedger(opened.left.reason);
    log.warn(msg, { ledger, remedy });
    await timer.sleep(pauseMs, signal);
  }
};
