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

/** Whoever looks on hears this early that nothing answers; why, when the patience of the opening is over; of a silence that lasts, so often. */
const [firstSaidMs, againSaidMs] = [4000, 20_000];

/**
 * Opens a ledger, and waits for one that cannot be reached, which is said each time, and before that when nothing answers. Gives what else
 * keeps it from being opened, and that it cannot be reached when the signal aborts.
 */
export const reachLedger = async (
  { openLedger, timer, log }: { readonly openLedger: OpenLedger; readonly timer: Timer; readonly log: Log },
  address: LogAddress,
  signal: AbortSignal,
): Promise<E.Either<StartFailure | StreamFailure, EventStore>> => {
  const ledger = address.store === 'sqlite' ? address.path : withoutPassword(address.text);
  let patienceMs = firstSaidMs;
  const say = (reason: string): void => {
    const { msg, remedy } = unreachableLedger(reason);
    log.warn(msg, { ledger, remedy });
    patienceMs = againSaidMs;
  };
  const openSaying = async (): ReturnType<ReturnType<OpenLedger>> => {
    const over = new AbortController();
    const opening = openLedger(address)().finally(() => over.abort());
    const until = AbortSignal.any([over.signal, signal]);
    for (let silentMs = 0; !until.aborted; ) {
      const waitedMs = patienceMs;
      await timer.sleep(waitedMs, until);
      silentMs += waitedMs;
      if (!until.aborted) say(`no answer for ${silentMs / 1000} s`);
    }
    // One that never answers must not keep who wants to end.
    return signal.aborted
      ? E.left({ type: 'unavailable', reason: 'it is not waited for any more' })
      : opening;
  };
  log.info('reaching the ledger', { ledger });
  for (;;) {
    const opened = await openSaying();
    if (E.isRight(opened) || opened.left.type !== 'unavailable' || signal.aborted) return opened;
    say(opened.left.reason);
    await timer.sleep(pauseMs, signal);
  }
};
