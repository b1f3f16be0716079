import { either as E, option as O } from 'fp-ts';
import { chanceOf } from '../../domain/chance.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { AppendFailure, EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import { jittered, retryFor } from '../../domain/retry-policy.ts';
import { clusterStream } from '../../domain/stream.ts';
import type { NewEpoch } from './begin-epoch.ts';
import type { MembershipConfiguration } from './configuration.ts';
import type { HostEras } from './host-eras.ts';
import { type LedgerStatus, ledgerStanding } from './ledger-standing.ts';
import { describeLedgerFailure, type LedgerFailure } from './ledger-words.ts';
import type { MembershipPorts } from './ports.ts';
import { placeOfReplica, type Replicating, replicate } from './replicate.ts';
import { placeOfCopy, type Shipping, ship } from './ship.ts';

export type LedgerFollower = {
  readonly status: () => LedgerStatus;
  /** The own log's position up to which all of the node's events are in the ledger, as far as is known; −1 for nothing. */
  readonly shippedTo: () => number;
  /** Why nothing may be given here any more, whichever lease comes: a fence that may not be recorded yet, on a full disk. */
  readonly unfit: () => string | undefined;
  /** The decision that ended the replica, because this program does not know its kind: it stands in the ledger alone. */
  readonly unread: () => UnreadableEvent | undefined;
  /** Called when a lease was learnt: where the copy of this life is not this log's, that one is fenced too. */
  readonly leaseChanged: () => Promise<void>;
  /** Resolves when the signal has aborted, or when going on would do harm. */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

/** Long enough that a thousand nodes do not burden who returns, short enough that nobody misses them. */
const patiently = retryFor(Number.POSITIVE_INFINITY, 5_000);

/** A connection that lasts so long is a good one: after it, asking again begins anew. */
const goodMs = 5_000;
/** A credential comes by hand. */
const refusedMs = 15_000;
const sayEveryMs = 30_000;
const lookMs = 1_000;
const fenceAgainMs = 5_000;
/** As long as the own log takes to show what the replica has. */
const restMs = 100;
/** An append under way may still arrive: it says where it belongs. */
const graceMs = 2_000;

/** Whether asking again may change it. */
const passes = ({ type }: LedgerFailure): boolean =>
  ['unavailable', 'restored', 'denied', 'file-failed'].includes(type);

/** What this program cannot read stops the replica alone: this node's own events are no part of it. */
const isOfReplicaAlone = ({ type }: LedgerFailure): boolean =>
  ['unknown-event', 'unreadable-payload', 'unreadable-envelope'].includes(type);

/**
 * Keeps a node and its ledger of one mind: the node's life is shipped there, the cluster's stream is copied here. While the ledger does not answer
 * it asks again, ever less often, and everything waits in the own log. Where the two histories differ it stops and says so; where the
 * ledger's copy of this node's life is not this log's, the node is fenced.
 */
export const followLedger = (
  ports: MembershipPorts,
  link: LedgerLink,
  configuration: MembershipConfiguration,
  life: string,
  eras: HostEras,
  /** Lets nobody read the replica while it is changed. */
  whileUnread: NewEpoch['whileUnread'],
): LedgerFollower => {
  const { ownLog, supersede, derived, clock, timer, ids, log, files, sha256 } = ports;
  const { host, closed } = eras;
  const stream = clusterStream(configuration.cluster);
  const codecs = ports.clusterEvents ?? clusterEvents;
  const eventsBefore = (era: number): number =>
    closed()
      .slice(0, era - 1)
      .reduce((sum, events) => sum + events, 0);
  const newestEra = (): number => closed().length + 1;
  const standing = ledgerStanding(link.name, clock, () => eventsBefore(newestEra()) + host.revision() + 1);
  let shippedTo = -1;
  const shipped = ({ revision, position }: RecordedEvent, era: number): void => {
    shippedTo = Math.max(shippedTo, position);
    standing.shipped(eventsBefore(era) + revision + 1);
  };

  /** Of what is told more than once: that the node waits. */
  let said: { readonly atMs: number; readonly type: string } | undefined;
  const sayWaiting = (failure: LedgerFailure): void => {
    const { msg, remedy } = describeLedgerFailure(failure, link.name);
    standing.waits('reason' in failure ? failure.reason : msg);
    const now = clock.monotonicMs();
    if (said?.type === failure.type && now - said.atMs < sayEveryMs) return;
    const { words, lagEvents, lagSeconds } = standing.status();
    log.warn(words, { ledger: link.name, lagEvents, lagSeconds, remedy, failure });
    said = { atMs: now, type: failure.type };
  };

  const sayFollowing = (): void => {
    standing.follows();
    const { words, lagEvents } = standing.status();
    log.info(words, { ledger: link.name, lagEvents });
    said = undefined;
  };

  const begun: NewEpoch['begun'] = ({ epoch }, superseded) => {
    shippedTo = -1;
    standing.restored(epoch);
    log.warn(
      `the ledger at ${link.name} was restored from a backup: this node follows its epoch ${epoch} from now on`,
      { ledger: link.name, epoch, superseded },
    );
  };

  let saidUnfenced = false;
  /** Whether it is recorded. */
  const fence = async (reason: string): Promise<boolean> => {
    const head = await ownLog.head(stream)();
    const known = E.isRight(head) ? (head.right?.revision ?? -1) : -1;
    const clusterRevision = Math.max(known, host.state().clusterRevision);
    const commandId = ids.random();
    const fenced = await host.transact(
      { type: 'observe-fence', reason, clusterRevision },
      { actor: 'agent', commandId, correlationId: commandId },
    )();
    if (E.isRight(fenced)) return true;
    if (!saidUnfenced) {
      const remedy = 'is there space on the disk? nothing is given here meanwhile, and it is tried again';
      log.error('the fence could not be recorded', { remedy, failure: fenced.left });
    }
    saidUnfenced = true;
    return false;
  };

  let unfit: string | undefined;

  const stop = async (failure: LedgerFailure, signal: AbortSignal): Promise<void> => {
    const { msg, remedy } = describeLedgerFailure(failure, link.name);
    standing.stops(`${msg}; ${remedy}`);
    log.error(`following the ledger stops: ${msg}`, { ledger: link.name, remedy, failure });
    if (failure.type !== 'forked' && failure.type !== 'own-log-older') return;
    unfit = `${msg}; ${remedy}`;
    while (!signal.aborted && !(await fence(unfit))) await timer.sleep(fenceAgainMs, signal);
  };

  let unread: UnreadableEvent | undefined;

  const copyDecisions = async (
    replicating: Replicating,
    place: Parameters<typeof replicate>[1],
    signal: AbortSignal,
  ): Promise<E.Either<LedgerFailure, undefined>> => {
    const ended = await replicate(replicating, place, signal);
    if (E.isRight(ended) || !isOfReplicaAlone(ended.left)) return ended;
    if (ended.left.type === 'unknown-event') unread = ended.left;
    const { msg, remedy } = describeLedgerFailure(ended.left, link.name);
    standing.replicaStops(`${msg}; ${remedy}`);
    log.error(`following the cluster stops: ${msg}`, { remedy, failure: ended.left });
    return new Promise((resolve) => {
      if (signal.aborted) resolve(E.right(undefined));
      signal.addEventListener('abort', () => resolve(E.right(undefined)));
    });
  };

  /** One connection, for as long as it lasts. */
  const session = async (
    ledger: EventStore,
    signal: AbortSignal,
  ): Promise<E.Either<LedgerFailure, undefined>> => {
    const replicating: Replicating = {
      ...{ ownLog, ledger, stream, sha256, files, markPath: link.markPath, codecs },
      rest: (until) => timer.sleep(restMs, until),
      ...(supersede && { newEpoch: { supersede, derived, whileUnread, begun } }),
    };
    const shipping: Shipping = { ownLog, ledger, life, newestEra, shipped };
    // Neither begins before both fit: nothing is learnt from a ledger that this log does not belong to.
    const followed = await placeOfReplica(replicating);
    if (E.isLeft(followed)) return followed;
    const copied = await placeOfCopy(shipping);
    if (E.isLeft(copied)) return copied;
    sayFollowing();
    const broken = new AbortController();
    const until = AbortSignal.any([signal, broken.signal]);
    const both = [
      ship(shipping, copied.right, until),
      copyDecisions(replicating, followed.right, until),
    ] as const;
    const first = await Promise.race(both);
    broken.abort();
    const over = new AbortController();
    const ended = Promise.allSettled([...both, ledger.close()]).finally(() => over.abort());
    await Promise.race([ended, timer.sleep(graceMs, over.signal)]);
    return first;
  };

  const open = async (signal: AbortSignal): Promise<E.Either<AppendFailure, EventStore> | undefined> => {
    const opening = link.open();
    const given = Promise.withResolvers<undefined>();
    const giveUp = (): void => given.resolve(undefined);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    // The signal is as old as the agent: every try would leave its listener.
    const opened = await Promise.race([opening, given.promise]).finally(() =>
      signal.removeEventListener('abort', giveUp),
    );
    if (opened === undefined) void opening.then((late) => (E.isRight(late) ? late.right.close() : undefined));
    return opened;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const stopLooking = timer.every(lookMs, async () => standing.look());
    let tries = 0;
    try {
      while (!signal.aborted) {
        const opened = await open(signal);
        if (opened === undefined) return;
        const begunMs = clock.monotonicMs();
        const ended = E.isLeft(opened) ? opened : await session(opened.right, signal);
        if (clock.monotonicMs() - begunMs >= goodMs && E.isRight(opened)) tries = 0;
        if (E.isRight(opened)) void opened.right.close();
        if (signal.aborted || E.isRight(ended)) return;
        if (!passes(ended.left)) return await stop(ended.left, signal);
        tries += 1;
        sayWaiting(ended.left);
        const delay = jittered(patiently, chanceOf(ids.random()))({ tries, elapsedMs: 0 });
        const least = ended.left.type === 'denied' ? refusedMs : 0;
        await timer.sleep(Math.max(least, O.getOrElse(() => refusedMs)(delay)), signal);
      }
    } finally {
      stopLooking();
    }
  };

  // The replica of an older copy may hold a lease that its host's stream had not learnt of yet.
  const leaseChanged = async (): Promise<void> => {
    const { lease, fence: fenced } = host.state();
    if (unfit !== undefined && lease !== undefined && fenced === undefined) await fence(unfit);
  };

  return {
    status: standing.status,
    shippedTo: () => shippedTo,
    unfit: () => unfit,
    unread: () => unread,
    leaseChanged,
    run,
  };
};
