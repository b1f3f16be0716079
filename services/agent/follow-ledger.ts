import { either as E } from 'fp-ts';
import { chanceOf } from '../../domain/chance.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import { clusterStream } from '../../domain/stream.ts';
import type { NewEpoch } from './begin-epoch.ts';
import type { MembershipConfiguration } from './configuration.ts';
import { copyDecisions } from './copy-decisions.ts';
import { fencing } from './fencing.ts';
import type { HostEras } from './host-eras.ts';
import { lapseOf, tellingLapse } from './lapse.ts';
import type { LeaseTerm } from './lease-term.ts';
import { patienceMs } from './ledger-patience.ts';
import { type LedgerStatus, ledgerStanding } from './ledger-standing.ts';
import { describeLedgerFailure, type LedgerFailure } from './ledger-words.ts';
import { openLedger } from './open-ledger.ts';
import type { MembershipPorts } from './ports.ts';
import { renewLease } from './renew-lease.ts';
import { placeOfReplica, type Replicating } from './replicate.ts';
import { goodMs, sayingWait } from './saying-wait.ts';
import { placeOfCopy, type Shipping, ship } from './ship.ts';

export type LedgerFollower = {
  readonly status: () => LedgerStatus;
  /** The own log's position up to which all of the node's events are in the ledger, as far as is known; −1 for nothing. */
  readonly shippedTo: () => number;
  /** Why nothing may be given here any more, whichever lease comes: a fence that may not be recorded yet, on a full disk. */
  readonly unfit: () => string | undefined;
  /** Why nothing may be given from a lease with a TTL until the ledger confirms it. */
  readonly lapse: () => ReturnType<typeof lapseOf>;
  /** For how many seconds more the lease is served without the ledger; `undefined` where it has no TTL. */
  readonly servedSeconds: () => number | undefined;
  /** The decision that ended the replica, because this program does not know its kind: it stands in the ledger alone. */
  readonly unread: () => UnreadableEvent | undefined;
  /** Called when a lease was learnt: where the copy of this life is not this log's, that one is fenced too. */
  readonly leaseChanged: () => Promise<void>;
  /** Resolves when the signal has aborted, or when going on would do harm. */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

const lookMs = 1_000;
const fenceAgainMs = 5_000;
/** Nobody waits for one decision of another node. */
const gatherMs = 100;
/** As long as a flush or two take: a start and what it asks for are one append. */
const alongMs = 30;
/** An append under way may still arrive: it says where it belongs. */
const graceMs = 2_000;

/** This node's life, its eras, and until when its lease is served. */
type OwnLife = { readonly life: string; readonly eras: HostEras; readonly term: LeaseTerm };

type Replica = {
  /** The last revision of it that was looked at; −1 for none. */
  readonly observed: () => number;
  /** Lets nobody read it while it is changed. */
  readonly whileUnread: NewEpoch['whileUnread'];
};

/** Whether asking again may change it. */
const passes = ({ type }: LedgerFailure): boolean =>
  ['unavailable', 'restored', 'denied', 'file-failed', 'own-log-failed'].includes(type);

/**
 * Keeps a node and its ledger of one mind: the node's life is shipped there, the cluster's stream is copied here. While the ledger does not answer
 * it asks again, ever less often, and everything waits in the own log. Where the two histories differ it stops and says so; where the
 * ledger's copy of this node's life is not this log's, the node is fenced.
 */
export const followLedger = (
  ports: MembershipPorts,
  link: LedgerLink,
  configuration: MembershipConfiguration,
  { life, eras, term }: OwnLife,
  { observed, whileUnread }: Replica,
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

  const { sayWaiting, sayFollowing } = sayingWait({ clock, timer, log }, standing, link.name);

  const begun: NewEpoch['begun'] = ({ epoch }, superseded) => {
    shippedTo = -1;
    standing.restored(epoch);
    log.warn(
      `the ledger at ${link.name} was restored from a backup: this node follows its epoch ${epoch} from now on`,
      { ledger: link.name, epoch, superseded },
    );
  };

  const fence = fencing({ ownLog, host, ids, log }, stream);

  let unfit: string | undefined;
  let leaseChange = Promise.withResolvers<void>();
  const nextLease = () => leaseChange.promise;

  const stop = async (failure: LedgerFailure, signal: AbortSignal): Promise<void> => {
    const { msg, remedy } = describeLedgerFailure(failure, link.name);
    standing.stops(`${msg}; ${remedy}`);
    log.error(`following the ledger stops: ${msg}`, { ledger: link.name, remedy, failure });
    if (failure.type !== 'forked' && failure.type !== 'own-log-older') return;
    unfit = `${msg}; ${remedy}`;
    while (!signal.aborted && !(await fence(unfit))) await timer.sleep(fenceAgainMs, signal);
  };

  let unread: UnreadableEvent | undefined;

  /** One connection, for as long as it lasts. */
  const session = async (
    ledger: EventStore,
    signal: AbortSignal,
  ): Promise<E.Either<LedgerFailure, undefined>> => {
    const replicating: Replicating = {
      ...{ ownLog, ledger, stream, sha256, files, markPath: link.markPath, codecs },
      pause: (until) => timer.sleep(gatherMs, until),
      ...(supersede && { newEpoch: { supersede, derived, whileUnread, begun } }),
    };
    const sending = () => {
      const sentMs = term.nowMs();
      return () => term.heard(sentMs);
    };
    const shipping: Shipping = {
      ...{ ownLog, ledger, life, newestEra, shipped, sending },
      pause: (until) => timer.sleep(alongMs, until),
    };
    // Neither begins before both fit: nothing is learnt from a ledger that this log does not belong to.
    const followed = await placeOfReplica(replicating);
    if (E.isLeft(followed)) return followed;
    const copied = await placeOfCopy(shipping);
    if (E.isLeft(copied)) return copied;
    const broken = new AbortController();
    const until = AbortSignal.any([signal, broken.signal]);
    sayFollowing(until);
    const both = [
      ship(shipping, copied.right, until),
      renewLease({ host, term, ids, timer, log, stream, observed, nextLease }, ledger, until),
      copyDecisions(
        ports,
        standing,
        link.name,
        replicating,
        followed.right,
        (event) => {
          unread = event;
        },
        until,
      ),
    ] as const;
    const first = await Promise.race(both);
    broken.abort();
    const over = new AbortController();
    const ended = Promise.allSettled([...both, ledger.close()]).finally(() => over.abort());
    await Promise.race([ended, timer.sleep(graceMs, over.signal)]);
    return first;
  };

  const lookAtTerm = tellingLapse(host, term, log);

  const run = async (signal: AbortSignal): Promise<void> => {
    const stopLooking = timer.every(lookMs, async () => {
      standing.look();
      lookAtTerm();
    });
    let tries = 0;
    try {
      while (!signal.aborted) {
        const opened = await openLedger(link, signal);
        if (opened === undefined) return;
        const begunMs = clock.monotonicMs();
        const ended = E.isLeft(opened) ? opened : await session(opened.right, signal);
        if (clock.monotonicMs() - begunMs >= goodMs && E.isRight(opened)) tries = 0;
        if (E.isRight(opened)) void opened.right.close();
        if (signal.aborted || E.isRight(ended)) return;
        if (!passes(ended.left)) return await stop(ended.left, signal);
        tries += 1;
        sayWaiting(ended.left);
        await timer.sleep(patienceMs(ended.left, tries, chanceOf(ids.random())), signal);
      }
    } finally {
      stopLooking();
    }
  };

  // The replica of an older copy may hold a lease that its host's stream had not learnt of yet.
  const leaseChanged = async (): Promise<void> => {
    leaseChange.resolve();
    leaseChange = Promise.withResolvers();
    const { lease, fence: fenced } = host.state();
    if (unfit !== undefined && lease !== undefined && fenced === undefined) await fence(unfit);
  };

  return {
    status: standing.status,
    shippedTo: () => shippedTo,
    unfit: () => unfit,
    lapse: () => lapseOf(host, term),
    servedSeconds: () => {
      const ttlSeconds = host.state().lease?.leaseTtlSeconds;
      return ttlSeconds === undefined ? undefined : Math.max(0, Math.floor(term.leftSeconds(ttlSeconds)));
    },
    unread: () => unread,
    leaseChanged,
    run,
  };
};
