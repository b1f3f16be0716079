import type { Clock } from '../../domain/port/clock.ts';

/** How a node stands with its ledger, for people and scripts. */
export type LedgerStatus = {
  /** Its hosts. */
  readonly ledger: string;
  readonly state: 'waiting' | 'following' | 'stopped';
  /** One line that says it all. */
  readonly words: string;
  /** Events of this node that the ledger does not have yet; absent before the first contact of this run. */
  readonly lagEvents?: number;
  /** For how long the oldest of them has waited, to a second or so. */
  readonly lagSeconds: number;
  /** For how long the ledger has not been followed, from this start on; 0 while it is. An agent of before does not say. */
  readonly silentSeconds?: number;
};

type Contact =
  | {
      readonly state: 'waiting';
      readonly sinceMs: number;
      readonly reason: string | undefined;
      readonly isOwn?: boolean;
    }
  | { readonly state: 'following' }
  | { readonly state: 'stopped'; readonly sinceMs: number; readonly reason: string };

/** What is known of a node's ledger, told by those who follow it. */
export type LedgerStanding = {
  readonly status: () => LedgerStatus;
  /** `isOwn`: the reason lies on this node. */
  readonly waits: (reason: string | undefined, isOwn?: boolean) => void;
  readonly follows: () => void;
  /** For good, until the next start. */
  readonly stops: (reason: string) => void;
  /** The ledger's stream of decisions is not followed any more; what happens here is shipped all the same. */
  readonly replicaStops: (reason: string) => void;
  readonly replicaGoesOn: () => void;
  /** It was restored from a backup, and may have less of this node than it had. */
  readonly restored: (epoch: number) => void;
  /** So many events of this node's life are in the ledger. */
  readonly shipped: (events: number) => void;
  /** Looks for how long something waits; once a second is enough. */
  readonly look: () => void;
};

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** `events`: how many this node's life has. */
export const ledgerStanding = (
  ledger: string,
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
  events: () => number,
): LedgerStanding => {
  let contact: Contact = { state: 'waiting', sinceMs: monotonicMs(), reason: undefined };
  let replicaStopped: string | undefined;
  let there: number | undefined;
  let restoredAs: number | undefined;
  /** What waited then has arrived when the ledger has `until` events. */
  let waiting: { readonly sinceMs: number; readonly until: number } | undefined;

  const lag = (): number | undefined => (there === undefined ? undefined : Math.max(0, events() - there));

  const look = (): void => {
    if (waiting !== undefined && (there ?? 0) >= waiting.until) waiting = undefined;
    if (lag() !== 0) waiting ??= { sinceMs: monotonicMs(), until: events() };
    else waiting = undefined;
  };

  const lagSeconds = (): number => (waiting === undefined ? 0 : seconds(monotonicMs() - waiting.sinceMs));

  const silentSince = (): number => (contact.state === 'following' ? monotonicMs() : contact.sinceMs);

  const lagWords = (): string => {
    const count = lag();
    if (count === undefined) return '';
    return count === 0
      ? ': it has all events of this node'
      : `: ${count} ${count === 1 ? 'event of this node waits' : 'events of this node wait'}, the oldest for ${lagSeconds()} s`;
  };

  const epochWords = (): string =>
    restoredAs === undefined ? '' : ` (restored from a backup: epoch ${restoredAs})`;

  const words = (): string => {
    switch (contact.state) {
      case 'waiting':
        return `${contact.isOwn === true ? 'not following' : 'waiting for'} the ledger at ${ledger} since ${seconds(monotonicMs() - contact.sinceMs)} s${contact.reason === undefined ? '' : ` (${contact.reason})`}${lagWords()}`;
      case 'following':
        return replicaStopped === undefined
          ? `follows the ledger at ${ledger}${epochWords()}${lagWords()}`
          : `ships to the ledger at ${ledger}${epochWords()}${lagWords()}; its decisions are not followed any more: ${replicaStopped}`;
      case 'stopped':
        return `stopped: ${contact.reason}`;
    }
  };

  return {
    status: () => {
      look();
      const lagEvents = lag();
      return {
        ledger,
        state: contact.state,
        words: words(),
        ...(lagEvents === undefined ? {} : { lagEvents }),
        lagSeconds: lagSeconds(),
        silentSeconds: contact.state === 'following' ? 0 : seconds(monotonicMs() - contact.sinceMs),
      };
    },
    waits: (reason, isOwn = false) => {
      contact = { state: 'waiting', sinceMs: silentSince(), reason, isOwn };
    },
    follows: () => {
      contact = { state: 'following' };
    },
    stops: (reason) => {
      contact = { state: 'stopped', sinceMs: silentSince(), reason };
    },
    replicaStops: (reason) => {
      replicaStopped = reason;
    },
    replicaGoesOn: () => {
      replicaStopped = undefined;
    },
    restored: (epoch) => {
      restoredAs = epoch;
      there = undefined;
    },
    shipped: (count) => {
      there = Math.max(there ?? 0, count);
      look();
    },
    look,
  };
};
