import { either as E } from 'fp-ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Log } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { lapseOf } from './lapse.ts';
import type { LeaseTerm } from './lease-term.ts';
import type { Host } from './ports.ts';

export type Renewing = {
  readonly host: Host;
  readonly term: LeaseTerm;
  readonly ids: Ids;
  readonly timer: Timer;
  readonly log: Log;
  /** The cluster's stream. */
  readonly stream: string;
  /** The last revision of it that this node has looked at. */
  readonly observed: () => number;
  /** Resolves when the lease has changed the next time. */
  readonly nextLease: () => Promise<void>;
};

const lookMs = 1000;
/** Pods wait for what lapsed. */
const soonMs = 50;

/**
 * Keeps a lease with a TTL alive while there is a connection: each third of the TTL the node says that it is there. What was
 * heard, this or anything else, counts only when the cluster's decisions up to some moment behind it are known here: when the lease was taken back before, this node has read
 * so, and when it was not, the allocator looks again before it releases anything, and hears it. Resolves when the signal aborts; that a connection is
 * broken others notice.
 */
export const renewLease = async (
  { host, term, ids, timer, log, stream, observed, nextLease }: Renewing,
  ledger: Pick<EventStore, 'head'>,
  signal: AbortSignal,
): Promise<E.Either<never, undefined>> => {
  const say = async (): Promise<void> => {
    term.said();
    const commandId = ids.random();
    const said = await host.transact(
      { type: 'renew-lease' },
      { actor: 'agent', commandId, correlationId: commandId },
    )();
    if (E.isLeft(said)) log.warn('the lease could not be renewed yet', { failure: said.left });
  };

  /** Whether all that the cluster decided until now is known here. */
  const knowsDecisions = async (): Promise<boolean> => {
    const head = await ledger.head(stream)();
    if (E.isLeft(head)) return false;
    for (let waitMs = soonMs; !signal.aborted; waitMs = Math.min(2 * waitMs, lookMs)) {
      if (observed() >= (head.right?.revision ?? -1)) return true;
      await timer.sleep(waitMs, signal);
    }
    return false;
  };

  const over = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  while (!signal.aborted) {
    const ttlSeconds = host.state().lease?.leaseTtlSeconds;
    if (ttlSeconds === undefined) {
      await Promise.race([nextLease(), over.promise]);
      continue;
    }
    const sentMs = term.toConfirm(ttlSeconds);
    let failed = false;
    if (sentMs !== undefined) {
      failed = !(await knowsDecisions());
      if (!failed) await term.confirm(sentMs);
    } else if (term.isDue(ttlSeconds)) await say();
    await timer.sleep(failed || lapseOf(host, term) === undefined ? lookMs : soonMs, signal);
  }
  return E.right(undefined);
};
