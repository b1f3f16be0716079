import { either as E } from 'fp-ts';
import { recordedEvent } from '../../domain/esdb/recorded-event.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type {
  Append,
  Appended,
  AppendFailure,
  Denied,
  EventStore,
  StreamHead,
  Unavailable,
} from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { retryFor } from '../../domain/retry-policy.ts';
import { appendTo } from './append.ts';
import { closedReason, insist, readFailure } from './calling.ts';
import { identify, staysAs } from './identity.ts';
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
};

/** A server that restarts is waited for. */
const thorough = retryFor(15_000, 1_000);

const gone: Unavailable = { type: 'unavailable', reason: closedReason };

/** Appends to one stream go one behind the other: on the wire they could overtake each other. */
const inTurn = (append: (wanted: Append) => Promise<E.Either<AppendFailure, Appended>>) => {
  const last = new Map<string, Promise<unknown>>();
  return async (wanted: Append): Promise<E.Either<AppendFailure, Appended>> => {
    const before = last.get(wanted.stream);
    const appending = (async () => {
      await before;
      return append(wanted);
    })();
    last.set(wanted.stream, appending);
    const answer = await appending;
    if (last.get(wanted.stream) === appending) last.delete(wanted.stream);
    return answer;
  };
};

/**
 * An EventStoreDB, a KurrentDB or evio-ledger's own server as an event store. Only ledger events are seen: what other programs keep there has
 * no envelope and no chain. Everything acknowledged is durable there, so `flush` has nothing to do.
 */
export const openEsdbStore = async ({
  text,
  clock,
  timer,
  ids,
  sha256,
}: EsdbOptions): Promise<E.Either<AppendFailure, EventStore>> => {
  const opened = openCalling(text, { clock, timer, patience: thorough });
  if (E.isLeft(opened)) return opened;
  const { calling: nameless, end } = opened.right;
  const identity = await identify(nameless, { ids, sha256 });
  if (E.isLeft(identity)) {
    await end();
    return identity;
  }
  const calling = { ...nameless, sameLog: staysAs(nameless, identity.right) };
  const append = inTurn((wanted) => appendTo(calling, wanted));
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const head = async (stream: string): Promise<E.Either<Unavailable | Denied, StreamHead | undefined>> => {
    const read = await insist(calling, () => lastOf(calling, stream));
    if (E.isLeft(read)) return E.left(closed ? gone : readFailure(read.left));
    const recorded = read.right && recordedEvent(read.right);
    return E.right(
      recorded && { revision: recorded.revision, hash: recorded.hash, position: recorded.position },
    );
  };

  return E.right({
    identity: identity.right,
    append: (wanted) => async () => {
      if (closed) return E.left(gone);
      const appending = append(wanted);
      underWay.add(appending);
      const answer = await appending;
      underWay.delete(appending);
      return answer;
    },
    flush: () => async () => {
      await Promise.all(underWay);
      return closed ? E.left(gone) : E.right(undefined);
    },
    readStream: (stream, from = 0) => readStream(calling, stream, from),
    readAll: (from = 0) => readAll(calling, from),
    head: (stream) => () => (closed ? Promise.resolve(E.left(gone)) : head(stream)),
    subscribe: (subscription) => followEvents(calling, subscription),
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.all(underWay);
      await end();
    },
  });
};
