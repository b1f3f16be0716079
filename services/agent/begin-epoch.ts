import { either as E } from 'fp-ts';
import type { DerivedCopies } from '../../domain/port/derived-copies.ts';
import type { EventStore, LogIdentity } from '../../domain/port/event-store.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Supersede } from '../../domain/port/supersede.ts';
import { eventAt } from '../event-at.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { lastCommon } from './last-common.ts';
import { type OwnLogFailed, ofOwnLog } from './own-log.ts';

/** What a replica needs to go on behind a ledger that was restored. */
export type NewEpoch = {
  readonly supersede: Supersede;
  /** What was made of the own log knows of no event that was superseded. */
  readonly derived?: DerivedCopies | undefined;
  /** Lets nobody read the replica meanwhile, and all begin anew behind it. */
  readonly whileUnread: <A>(change: () => Promise<A>) => Promise<A>;
  /** The replica is of this epoch from now on; `superseded`: so many events are of it no more. */
  readonly begun: (found: LogIdentity, superseded: number) => void;
};

type Copied = { readonly ownLog: EventStore; readonly ledger: EventStore; readonly stream: string };

type Failed = E.Either<StreamFailure | FilesFailure | OwnLogFailed, undefined>;

/** The last revision at which both have the same event; −1 for none. */
const commonEnd = async (
  { ownLog, ledger, stream }: Copied,
  end: number,
): Promise<E.Either<StreamFailure | OwnLogFailed, number>> =>
  lastCommon<StreamFailure | OwnLogFailed>(end, async (revision) => {
    const [own, there] = await Promise.all([
      eventAt(ownLog, stream, revision).then(ofOwnLog),
      eventAt(ledger, stream, revision),
    ]);
    if (E.isLeft(own)) return own;
    if (E.isLeft(there)) return there;
    return E.right(there.right !== undefined && own.right?.hash === there.right.hash);
  });

/**
 * Makes the replica of a ledger's epoch before one of its present epoch: what the ledger has not any more is superseded, then `mark` writes
 * down which epoch it is of. Interrupted anywhere, it is done again at the next contact, for the mark comes last, and nothing is
 * copied before it.
 */
export const beginEpoch = async (
  copied: Copied,
  known: LogIdentity,
  { supersede, derived, whileUnread, begun }: NewEpoch,
  mark: () => Promise<Failed>,
): Promise<Failed> => {
  const { ownLog, ledger, stream } = copied;
  const head = ofOwnLog(await ownLog.head(stream)());
  if (E.isLeft(head)) return head;
  const end = head.right?.revision ?? -1;
  const common = await commonEnd(copied, end);
  if (E.isLeft(common)) return common;
  const forget = async (): Promise<Failed> =>
    derived === undefined ? E.right(undefined) : E.map(() => undefined)(await derived.remove()());
  const change = async (): Promise<Failed> => {
    for (const step of [
      forget,
      async () => ofOwnLog(await supersede({ stream, behind: common.right, epoch: known.epoch })()),
      // Somebody may have made them again meanwhile.
      forget,
      mark,
    ]) {
      const done = await step();
      if (E.isLeft(done)) return done;
    }
    begun(ledger.identity, end - common.right);
    return E.right(undefined);
  };
  return whileUnread(change);
};
