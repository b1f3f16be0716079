import { either as E } from 'fp-ts';
import { isLedgerStream } from '../../domain/esdb/ledger-stream.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type {
  AppendFailure,
  Denied,
  EventStore,
  RecordedEvent,
  StreamHead,
  Unavailable,
} from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { type RetryPolicy, retryFor } from '../../domain/retry-policy.ts';
import type { UnreadableEnvelope } from '../../domain/unreadable-envelope.ts';
import { appendTo } from './append.ts';
import { closedReason, insist, readFailure } from './calling.ts';
import { identify, staysAs } from './identity.ts';
import { inTurn } from './in-turn.ts';
import { readLedgerEvent } from './ledger-event.ts';
import { openCalling } from './open-calling.ts';
import { lastOf, readAll, readStream } from './read.ts';
import { followEvents } from './subscribe.ts';

export type EsdbOptions = {
  /** As `parseConnectionString` gives it. */
  readonly text: string;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly sha256: Sha256;
  /** Whose events are ours; of ledger streams, when absent. */
  readonly isOurs?: (stream: string) => boolean;
  /** How long an answer is waited for, and a broken subscription taken up again; by default a server that restarts is waited for, and followers wait for ever. */
  readonly patience?: RetryPolicy;
  /** For who sits before it: a server that takes the connection and says nothing is given up. By default it is waited for. */
  readonly endsWhenSilent?: boolean;
};

/** A server that restarts is waited for. */
const thorough = retryFor(15_000, 1_000);

/**
 * An EventStoreDB, a KurrentDB or evio-ledger's own server as an event store. Only ledger streams are seen, and of
 * these all: an event of another program there is named, never passed over. Everything acknowledged is durable there, so `flush` has nothing to do.
 */
export const openEsdbStore = async ({
  text,
  clock,
  timer,
  ids,
  sha256,
  isOurs = isLedgerStream,
  patience,
  endsWhenSilent = false,
}: EsdbOptions): Promise<E.Either<AppendFailure, EventStore>> => {
  const opened = openCalling(text, {
    clock,
    timer,
    isOurs,
    patience: patience ?? thorough,
    endsWhenSilent,
  });
  if (E.isLeft(opened)) return opened;
  const { calling: nameless, end } = opened.right;
  const identity = await identify(nameless, { ids, sha256 });
  if (E.isLeft(identity)) {
    await end();
    return identity;
  }
  const calling = { ...nameless, sameLog: staysAs(nameless, identity.right) };
  const appending = inTurn((wanted) => appendTo(calling, wanted));
  let closed = false;
  const gone = (): Unavailable => ({ type: 'unavailable', reason: closedReason(calling.closing) });

  const head = async (
    stream: string,
  ): Promise<E.Either<Unavailable | Denied | UnreadableEnvelope, StreamHead | undefined>> => {
    const read = await insist(calling, () => lastOf(calling, stream));
    if (E.isLeft(read)) return E.left(closed ? gone() : readFailure(read.left));
    const recorded = read.right === undefined ? E.right(undefined) : readLedgerEvent(calling, read.right);
    return E.map(
      (last: RecordedEvent | undefined) =>
        last && { revision: last.revision, hash: last.hash, position: last.position },
    )(recorded);
  };

  return E.right({
    identity: identity.right,
    append: (wanted) => () => (closed ? Promise.resolve(E.left(gone())) : appending.append(wanted)),
    flush: () => async () => {
      await appending.settled();
      return closed ? E.left(gone()) : E.right(undefined);
    },
    readStream: (stream, from = 0) => readStream(calling, stream, from),
    readAll: (from = 0) => readAll(calling, from),
    head: (stream) => () => (closed ? Promise.resolve(E.left(gone())) : head(stream)),
    subscribe: (subscription) => followEvents(calling, subscription, patience),
    close: async () => {
      if (closed) return;
      closed = true;
      await appending.settled();
      await end();
    },
  });
};
