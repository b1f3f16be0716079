import type { RecordedEvent, Subscription } from '../../domain/port/event-store.ts';
import { type RetryPolicy, retryFor } from '../../domain/retry-policy.ts';
import { type Calling, resuming } from './calling.ts';
import { ledgerEvent } from './ledger-event.ts';
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

const ofStream = (calling: Calling, stream: string, wanted: Wanted, until: AbortSignal) => {
  let after: number | 'start' | undefined;
  return async function* (): AsyncGenerator<RecordedEvent, void> {
    after ??= await revisionBefore(calling, stream, wanted.from);
    for await (const { event } of ownMessages(calling, streamSubscription(stream, after), until)) {
      if (event === undefined || (after !== 'start' && event.revision <= after)) continue;
      after = event.revision;
      const recorded = ledgerEvent(calling, event);
      if (recorded !== undefined && isWanted(wanted, recorded)) yield recorded;
    }
    if (!until.aborted) throw ended();
  };
};

const ofAll = (calling: Calling, wanted: Wanted, until: AbortSignal) => {
  let next = Math.max(wanted.from, 0);
  return async function* (): AsyncGenerator<RecordedEvent, void> {
    const request = allSubscription(next === 0 ? 'start' : next - 1, wanted.types);
    for await (const { event, checkpoint } of ownMessages(calling, request, until)) {
      if (checkpoint !== undefined) next = Math.max(next, checkpoint + 1);
      if (event === undefined || event.position < next) continue;
      next = event.position + 1;
      const recorded = ledgerEvent(calling, event);
      if (recorded !== undefined && isWanted(wanted, recorded)) yield recorded;
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
): AsyncGenerator<RecordedEvent, void> {
  const until = AbortSignal.any([signal, calling.closing]);
  const wanted = { from, ...(types && { types }) };
  if (types?.length === 0) {
    await new Promise<void>((resolve) => {
      if (until.aborted) resolve();
      until.addEventListener('abort', () => resolve());
    });
    return;
  }
  const open =
    stream === undefined ? ofAll(calling, wanted, until) : ofStream(calling, stream, wanted, until);
  yield* resuming(calling, patience, until, open);
};
