import type { ClientEventRead } from '../../domain/port/client-log.ts';
import type { RecordedEvent, Subscription } from '../../domain/port/event-store.ts';
import { type RetryPolicy, retryFor } from '../../domain/retry-policy.ts';
import { type Calling, resuming } from './calling.ts';
import { ledgerEvents } from './ledger-event.ts';
import { ownMessages } from './messages.ts';
import { eventFrom, lastOf } from './read.ts';
import { allSubscription, streamSubscription } from './read-request.ts';

/** A follower has nothing better to do than to wait for its log. */
const forEver = retryFor(Number.POSITIVE_INFINITY, 5_000);

/** A server that ends a subscription is one that goes away. */
const ended = (): Error => new Error('the server ended the subscription');

type Wanted = Pick<Subscription, 'types' | 'from'>;

const isWanted = ({ types, from }: Wanted, { type, position }: RecordedEvent): boolean =>
  position >= from && (types === undefined || types.includes(type));

/** The revision of a stream's last event before a position; `start` when there is none. */
const revisionBefore = async (
  calling: Calling,
  stream: string,
  position: number,
): Promise<number | 'start'> => {
  const last = position <= 0 ? undefined : await lastOf(calling, stream);
  if (last === undefined) return 'start';
  // So it is for nearly everybody who was here before.
  if (last.position < position) return last.revision;
  // Before `low` all are, at and behind `high` none is.
  let [low, high] = [0, last.revision + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await eventFrom(calling, stream, middle);
    if (found !== undefined && found.position < position) low = found.revision + 1;
    else high = middle;
  }
  return low === 0 ? 'start' : low - 1;
};

const ofStream = (calling: Calling, stream: string, from: number, until: AbortSignal) => {
  let after: number | 'start' | undefined;
  /** Of what is taken up again, what was given already is not. */
  const isNext = ({ revision }: ClientEventRead): boolean => {
    if (after !== undefined && after !== 'start' && revision <= after) return false;
    after = revision;
    return true;
  };
  return async function* (): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
    after ??= await revisionBefore(calling, stream, from);
    for await (const some of ownMessages(calling, streamSubscription(stream, after), until))
      yield* ledgerEvents(calling, some, isNext);
    if (!until.aborted) throw ended();
  };
};

const ofAll = (calling: Calling, wanted: Wanted, until: AbortSignal) => {
  let next = Math.max(wanted.from, 0);
  const isNext = ({ position }: ClientEventRead): boolean => {
    if (position < next) return false;
    next = position + 1;
    return true;
  };
  return async function* (): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
    const request = allSubscription(next === 0 ? 'start' : next - 1, wanted.types);
    for await (const some of ownMessages(calling, request, until)) {
      yield* ledgerEvents(calling, some, isNext);
      // All of these were given, and what they say was looked at lies behind them.
      for (const { checkpoint } of some) if (checkpoint !== undefined) next = Math.max(next, checkpoint + 1);
    }
    if (!until.aborted) throw ended();
  };
};

/**
 * Catches up and follows, as the port has it. It connects again by itself for as long as its signal and its patience have it, behind the last event that
 * it gave, and fails only where asking again would change nothing.
 */
export const followEvents = async function* (
  calling: Calling,
  { stream, types, from, signal }: Subscription,
  patience: RetryPolicy = forEver,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
  const until = AbortSignal.any([signal, calling.closing]);
  const wanted = { from, ...(types && { types }) };
  if (types?.length === 0) {
    await new Promise<void>((resolve) => {
      if (until.aborted) resolve();
      until.addEventListener('abort', () => resolve());
    });
    return;
  }
  const open = stream === undefined ? ofAll(calling, wanted, until) : ofStream(calling, stream, from, until);
  for await (const some of resuming(calling, patience, until, open)) {
    if (until.aborted) return;
    const page = some.filter((event) => isWanted(wanted, event));
    if (page.length > 0) yield page;
  }
};
