import { either as E } from 'fp-ts';
import type { EventStore, EventToAppend, RecordedEvent } from '../../domain/port/event-store.ts';
import { batchesOf } from '../../domain/ship/batches.ts';
import { type CopyFailure, resumeAt } from '../../domain/ship/resume-at.ts';
import { eraOf, firstEra } from '../../domain/stream.ts';
import { eventAt } from '../event-at.ts';
import { eachEvent } from '../follow.ts';
import { gather } from '../gather.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { type OwnLogFailed, ofOwnLog } from './own-log.ts';

/** A host's life in its own log, and the ledger that is to have all of it. */
export type Shipping = {
  readonly ownLog: EventStore;
  readonly ledger: EventStore;
  /** The name of the life's first era. */
  readonly life: string;
  /** The era that is written now. */
  readonly newestEra: () => number;
  /** An event is in the ledger, and all before it. */
  readonly shipped: (last: RecordedEvent, era: number) => void;
  /** Waits a moment for what comes behind an event, or until the signal aborts: what is done at once is sent at once. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  /** Called before something is sent; what it gives is called when that is in the ledger. */
  readonly sending?: () => () => void;
};

export type ShipFailure = StreamFailure | CopyFailure | OwnLogFailed;

/** Where the ledger's copy ends: the next event to ship, and the own log's position from which it is looked for. */
export type ShipPlace = { readonly era: number; readonly revision: number; readonly from: number };

/** While one batch is on its way the next ones gather: at most so many events are held. */
export const gatheredAtOnce = 500;

/** Where one era's copy ends, held against the own log; `undefined` when the ledger has none of it. */
const placeIn = async (
  { ownLog, ledger, life, shipped }: Shipping,
  era: number,
): Promise<E.Either<ShipFailure, ShipPlace | undefined>> => {
  const stream = eraOf(life, era);
  const copy = await ledger.head(stream)();
  if (E.isLeft(copy)) return copy;
  if (copy.right === undefined) return E.right(undefined);
  const own = ofOwnLog(await ownLog.head(stream)());
  if (E.isLeft(own)) return own;
  const end = own.right?.revision ?? -1;
  const { revision } = copy.right;
  const stands = revision > end ? E.right(undefined) : ofOwnLog(await eventAt(ownLog, stream, revision));
  if (E.isLeft(stands) && stands.left.type !== 'archived') return stands;
  const there = E.isRight(stands) ? stands.right : undefined;
  const hashThere = there?.hash ?? (revision === end ? own.right?.hash : undefined);
  const resumed = resumeAt(stream, copy.right, { end, hashThere });
  if (E.isLeft(resumed)) return resumed;
  if (there !== undefined) shipped(there, era);
  return E.right({ era, revision: resumed.right, from: (there?.position ?? own.right?.position ?? -1) + 1 });
};

/**
 * Where the copy of a life ends: in the newest era of which the ledger has anything, since they are shipped one behind the other. One
 * that the own log does not have yet is a copy that is longer than the log.
 */
export const placeOfCopy = async (shipping: Shipping): Promise<E.Either<ShipFailure, ShipPlace>> => {
  for (let era = shipping.newestEra() + 1; era >= firstEra; era -= 1) {
    const place = await placeIn(shipping, era);
    if (E.isLeft(place)) return place;
    if (place.right !== undefined) return E.right(place.right);
  }
  return E.right({ era: firstEra, revision: 0, from: 0 });
};

/** Without what the ledger gives it anew. */
const toAppend = ({ id, type, payload, metadata, hash }: RecordedEvent): EventToAppend => ({
  id,
  type,
  payload,
  metadata,
  hash,
});

const send = async (
  { ledger, shipped, sending }: Shipping,
  era: number,
  events: ReadonlyArray<RecordedEvent>,
): Promise<E.Either<StreamFailure, undefined>> => {
  for (const batch of batchesOf(events)) {
    const [first, last] = [batch[0], batch.at(-1)];
    if (first === undefined || last === undefined) continue;
    const expectedRevision = first.revision === 0 ? 'no-stream' : first.revision - 1;
    const { stream } = first;
    const heard = sending?.();
    const appended = await ledger.append({ stream, expectedRevision, events: batch.map(toAppend) })();
    if (E.isLeft(appended)) return appended;
    shipped(last, era);
    heard?.();
  }
  return E.right(undefined);
};

type EraEnded = { readonly type: 'era-ended' };

/** Ships an era from a place on, and what comes; returns a left when it ends, and why. */
const shipEra = async (shipping: Shipping, { era, from }: ShipPlace, signal: AbortSignal) => {
  const stream = eraOf(shipping.life, era);
  const waiting = gather(
    (until) => shipping.ownLog.subscribe({ stream, from, signal: until }),
    gatheredAtOnce,
    signal,
    shipping.pause,
  );
  let refused: StreamFailure | EraEnded | undefined;
  const read = await eachEvent<StreamFailure | EraEnded, ReadonlyArray<RecordedEvent>>(
    waiting,
    async (events) => {
      const sent = await send(shipping, era, events);
      if (E.isLeft(sent)) refused = sent.left;
      else if (events.at(-1)?.type === 'EraClosed') refused = { type: 'era-ended' };
      return refused === undefined ? sent : E.left(refused);
    },
  );
  // What the ledger did not refuse comes of reading the own log.
  return refused === undefined ? ofOwnLog(read) : E.left(refused);
};

const isWhole = async (
  { ownLog, life }: Shipping,
  { era, revision }: ShipPlace,
): Promise<E.Either<StreamFailure | OwnLogFailed, boolean>> => {
  if (revision === 0) return E.right(false);
  const last = ofOwnLog(await eventAt(ownLog, eraOf(life, era), revision - 1));
  // Archived eras are closed ones.
  if (E.isLeft(last)) return last.left.type === 'archived' ? E.right(true) : last;
  return E.right(last.right?.type === 'EraClosed');
};

/**
 * Copies a host's life to the ledger, unchanged and in order, from a place on, and goes on as it grows. Each event is appended behind the one
 * before, by its revision, so none is lost, doubled or out of order: after a conflict the ledger is asked again where its copy ends. Resolves
 * with a failure, or when the signal aborts.
 */
export const ship = async (
  shipping: Shipping,
  begin: ShipPlace,
  signal: AbortSignal,
): Promise<E.Either<ShipFailure, undefined>> => {
  let place = begin;
  let conflictAt: ShipPlace | undefined;
  for (;;) {
    const whole = await isWhole(shipping, place);
    if (E.isLeft(whole)) return whole;
    const ended = whole.right
      ? E.left({ type: 'era-ended' as const })
      : await shipEra(shipping, place, signal);
    if (E.isRight(ended)) return ended;
    if (ended.left.type === 'era-ended') {
      place = { era: place.era + 1, revision: 0, from: 0 };
      continue;
    }
    if (ended.left.type !== 'conflict') return E.left(ended.left);
    const again = await placeOfCopy(shipping);
    if (E.isLeft(again)) return again;
    // What is refused behind the very end that the ledger has would be refused for ever.
    if (conflictAt?.era === again.right.era && conflictAt.revision === again.right.revision)
      return E.left(ended.left);
    place = again.right;
    conflictAt = place;
  }
};
