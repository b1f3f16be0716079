import type { LedgerStanding } from './ledger-standing.ts';
import { describeLedgerFailure, type LedgerFailure } from './ledger-words.ts';
import type { MembershipPorts } from './ports.ts';

/** A connection that lasts so long is a good one: after it, asking again begins anew. */
export const goodMs = 5_000;
const sayEveryMs = 30_000;

/** Whether the fault lies on this node, and not with the ledger. */
const isOwn = ({ type }: LedgerFailure): boolean => type === 'own-log-failed' || type === 'file-failed';

/** Tells the journal how the node stands with its ledger, and what lasts only once in a while. */
export const sayingWait = (
  { clock, timer, log }: Pick<MembershipPorts, 'clock' | 'timer' | 'log'>,
  standing: LedgerStanding,
  ledger: string,
) => {
  /** Of what is told more than once: that the node waits. */
  let said: { readonly atMs: number; readonly type: string } | undefined;
  const sayWaiting = (failure: LedgerFailure): void => {
    const { msg, remedy } = describeLedgerFailure(failure, ledger);
    standing.waits('reason' in failure && !isOwn(failure) ? failure.reason : msg, isOwn(failure));
    const now = clock.monotonicMs();
    if (said?.type === failure.type && now - said.atMs < sayEveryMs) return;
    const { words, lagEvents, lagSeconds } = standing.status();
    log.warn(words, { ledger, lagEvents, lagSeconds, remedy, failure });
    said = { atMs: now, type: failure.type };
  };

  let saidFollowingMs: number | undefined;
  /** A connection that breaks at once, again and again, is told of once in a while; of one that lasts it is told that it does. */
  const sayFollowing = (until: AbortSignal): void => {
    standing.follows();
    const say = (): void => {
      const { words, lagEvents } = standing.status();
      log.info(words, { ledger, lagEvents });
      saidFollowingMs = clock.monotonicMs();
    };
    const isNews = saidFollowingMs === undefined || clock.monotonicMs() - saidFollowingMs >= sayEveryMs;
    if (isNews) say();
    void timer.sleep(goodMs, until).then(() => {
      if (until.aborted) return;
      said = undefined;
      if (!isNews) say();
    });
  };

  return { sayWaiting, sayFollowing };
};
