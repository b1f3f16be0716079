import { dirname, join } from 'node:path';
import { either as E } from 'fp-ts';
import { renewSeconds, servedSeconds } from '../../domain/cluster/lease-ttl.ts';
import type { BootClock } from '../../domain/port/boot-clock.ts';
import type { Files } from '../../domain/port/files.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import type { Log } from '../../domain/port/log.ts';
import { leaseTermText, parseLeaseTerm, type TermPlace } from '../../domain/ship/lease-term.ts';

/**
 * For how long a node may go on giving addresses without its ledger. Moments are milliseconds of the boot clock. A word counts from before it was
 * sent, so the ledger never heard of this node later than the node believes.
 */
export type LeaseTerm = {
  readonly nowMs: () => number;
  /** For how many seconds more a lease of this TTL is served: 0 or less when its time is over, or nobody knows. */
  readonly leftSeconds: (ttlSeconds: number) => number;
  /** Since the ledger confirmed the lease last; `undefined` when that is not known of this boot. */
  readonly silentSeconds: () => number | undefined;
  /** An event that was sent then is in the ledger. */
  readonly heard: (sentMs: number) => void;
  /** The last one that was sent behind what is confirmed, when it is time to have it confirmed. */
  readonly toConfirm: (ttlSeconds: number) => number | undefined;
  /** Whether it is time to say that the node is there. */
  readonly isDue: (ttlSeconds: number) => boolean;
  /** It was said, and is on its way. */
  readonly said: () => void;
  /** The ledger had the word that was sent then, and behind it this life's lease. A restart of the agent goes on from there. */
  readonly confirm: (sentMs: number) => Promise<void>;
};

type Ports = { readonly files: Files; readonly log: Log; readonly bootClock?: BootClock | undefined };

const never = Number.NEGATIVE_INFINITY;

/** The last confirmation is kept beside the ledger's mark. Without a boot clock no term is ever known. */
export const openLeaseTerm = async (
  { files, log, bootClock }: Ports,
  { markPath }: Pick<LedgerLink, 'markPath'>,
  incarnation: string,
): Promise<LeaseTerm> => {
  const path = join(dirname(markPath), 'lease-term.json');
  const nowMs = bootClock?.sinceBootMs ?? (() => 0);
  const place: TermPlace | undefined = bootClock && { incarnation, bootId: bootClock.bootId };
  const kept = place === undefined ? E.right(undefined) : await files.read(path)();
  const known =
    place === undefined || E.isLeft(kept) || kept.right === undefined
      ? undefined
      : parseLeaseTerm(kept.right, place, nowMs());
  let confirmedMs = known ?? never;
  let heardMs = never;
  let saidMs = never;

  const isRipe = (ttlSeconds: number, sinceMs: number): boolean =>
    nowMs() - sinceMs >= renewSeconds(ttlSeconds) * 1000;

  const leftSeconds = (ttlSeconds: number): number =>
    servedSeconds(ttlSeconds) - (nowMs() - confirmedMs) / 1000;

  return {
    nowMs,
    leftSeconds,
    silentSeconds: () => (confirmedMs === never ? undefined : Math.floor((nowMs() - confirmedMs) / 1000)),
    heard: (sentMs) => {
      heardMs = Math.max(heardMs, sentMs);
    },
    toConfirm: (ttlSeconds) =>
      heardMs > confirmedMs && (leftSeconds(ttlSeconds) <= 0 || isRipe(ttlSeconds, confirmedMs))
        ? heardMs
        : undefined,
    isDue: (ttlSeconds) => isRipe(ttlSeconds, saidMs),
    said: () => {
      saidMs = nowMs();
    },
    confirm: async (sentMs) => {
      if (place === undefined) return;
      confirmedMs = Math.max(confirmedMs, sentMs);
      const written = await files.write(path, leaseTermText(place, confirmedMs), 0o600)();
      if (E.isRight(written)) return;
      log.warn(
        'how long the lease may be served could not be kept: a restart without the ledger begins fenced',
        {
          failure: written.left,
          remedy: 'is there space on the disk?',
        },
      );
    },
  };
};
