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

  /** A word that the ledger has, and the last that the cluster had decided by some moment behind it. */
  let asked: { readonly sentMs: number; readonly revision: number } | undefined;

  const over = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  while (!signal.aborted) {
    const ttlSeconds = host.state().lease?.leaseTtlSeconds;
    if (ttlSeconds === undefined) {
      await Promise.race([nextLease(), over.promise]);
      continue;
    }
    // Whatever is confirmed or not: the ledger hears that the node is there.
    if (term.isDue(ttlSeconds)) await say();
    const sentMs = asked === undefined ? term.toConfirm(ttlSeconds) : undefined;
    let failed = false;
    if (sentMs !== undefined) {
      const head = await ledger.head(stream)();
      if (E.isRight(head)) asked = { sentMs, revision: head.right?.revision ?? -1 };
      failed = E.isLeft(head);
    }
    if (asked !== undefined && observed() >= asked.revision) {
      await term.confirm(asked.sentMs);
      asked = undefined;
    }
    await timer.sleep(failed || lapseOf(host, term) === undefined ? lookMs : soonMs, signal);
  }
  return E.right(undefined);
};
