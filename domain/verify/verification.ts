import { either as E } from 'fp-ts';
import type { UnreadableEvent } from '../event.ts';
import type { Sha256 } from '../port/digest.ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { StreamHead } from '../port/event-store.ts';
import type { LogEnd, LoggedEvent } from '../port/log-reader.ts';
import { type ChainState, followChain, passArchived, startChain } from './chain-check.ts';
import type { Breach, Fault } from './fault.ts';
import type { KnownKey } from './keys.ts';
import { forgetHost, holdLaws, type LawsState, startLaws } from './laws.ts';
import { placeOf } from './place.ts';
import { leftUnexplained, type Redacted, redactedIn } from './redactions.ts';
import type { LookUp } from './seen.ts';

/** A verification under way; `verifyEvent` changes it. */
export type Verification = {
  readonly chain: ChainState;
  /** `undefined` where somebody else holds the events against the laws. */
  readonly laws: LawsState | undefined;
  fault: Fault | undefined;
  /** The first; what comes behind it may only follow from it, so the laws rest then and the chains go on. */
  breach: Breach | undefined;
};

/** What a log was found to be. Without a fault, `heads` are proven to end gapless chains. */
export type Verified = {
  /** Those that are archived and were not looked at are counted, too. */
  readonly events: number;
  readonly archived: ReadonlyArray<ArchivedRun>;
  readonly heads: ReadonlyArray<StreamHead & { readonly stream: string }>;
  /** `undefined` when no event was found sound. */
  readonly end: LogEnd | undefined;
  readonly fault: Fault | undefined;
  readonly breach: Breach | undefined;
  readonly keys: ReadonlyArray<KnownKey>;
  readonly redacted: ReadonlyArray<Redacted>;
};

const start = (sha256: Sha256, laws: LawsState | undefined): Verification => ({
  chain: startChain(sha256),
  laws,
  fault: undefined,
  breach: undefined,
});

export const startVerification = (sha256: Sha256, lookUp: LookUp) => {
  const laws = startLaws(lookUp);
  return { ...start(sha256, laws), laws };
};

/** Of the chains alone. */
export const startFollowing = (sha256: Sha256): Verification => start(sha256, undefined);

const unread = (event: LoggedEvent, unreadable: UnreadableEvent): Fault => ({
  ...placeOf(event),
  type: unreadable.type === 'unknown-event' ? 'unknown-event' : 'unreadable',
  expected: unreadable.type === 'unknown-event' ? 'an event that this program knows' : 'a readable event',
  found:
    unreadable.type === 'unknown-event'
      ? `${unreadable.event} version ${unreadable.version}`
      : unreadable.reason,
});

/** Takes the next event of the log, in order of position; false at the first fault, behind which nothing can be said. */
export const verifyEvent = (verification: Verification, event: LoggedEvent): boolean => {
  const followed = followChain(verification.chain, event);
  if (E.isLeft(followed)) {
    verification.fault = followed.left;
    return false;
  }
  const { laws, breach } = verification;
  if (laws === undefined || breach !== undefined) return true;
  const held = holdLaws(laws, event, followed.right);
  if (E.isLeft(held)) {
    verification.fault = unread(event, held.left);
    return false;
  }
  verification.breach = held.right && { ...placeOf(event), ...held.right };
  return true;
};

/** What the log's end says of all before: a payload that differs is explained by now, or was altered. */
export const endVerification = (verification: Verification): void => {
  const { chain, breach } = verification;
  if (verification.fault !== undefined) return;
  verification.fault = leftUnexplained(chain.redactions);
  // What comes behind an altered payload may only follow from it.
  if (
    verification.fault !== undefined &&
    breach !== undefined &&
    breach.position >= verification.fault.position
  )
    verification.breach = undefined;
};

export const finishVerification = (verification: Verification): Verified => {
  endVerification(verification);
  const { chain, laws, fault, breach } = verification;
  return {
    events: chain.next,
    archived: chain.archived,
    heads: [...chain.heads].map(([stream, head]) => ({ stream, ...head })),
    end:
      chain.next === 0
        ? undefined
        : { position: chain.next - 1, recordedAt: chain.recordedAt, logHash: chain.logHash },
    fault,
    breach,
    keys: laws === undefined ? [] : [...laws.keys.values()],
    redacted: redactedIn(chain.redactions),
  };
};

/** Takes what stands for archived events at its word, and goes on behind it; what rests on them is not held against the laws. */
export const passRun = (verification: Verification, run: ArchivedRun): boolean => {
  const { stream, to, toRevision, hash } = run;
  verification.fault = passArchived(verification.chain, run);
  if (verification.laws !== undefined)
    forgetHost(verification.laws, { stream, position: to, revision: toRevision, hash });
  return verification.fault === undefined;
};
