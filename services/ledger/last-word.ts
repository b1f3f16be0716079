import { either as E } from 'fp-ts';
import { decodeEvent } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { eventAt } from '../event-at.ts';
import { eachEvent } from '../follow.ts';
import { newestEra } from '../newest-era.ts';
import type { StreamFailure } from '../stream-failure.ts';

/** The stream of a life's newest era, and the log's own stamp of what was heard there last. */
export type LastWord = { readonly stream: string; readonly heardAt: string };

/** `undefined` where the log has nothing of the life, or its last event is archived. */
export const lastWord = async (
  store: EventStore,
  life: string,
): Promise<E.Either<StreamFailure, LastWord | undefined>> => {
  const end = await newestEra(store, life);
  if (E.isLeft(end)) return end;
  const { stream, head } = end.right;
  if (head === undefined) return E.right(undefined);
  const last = await eventAt(store, stream, head.revision);
  if (E.isLeft(last)) return last.left.type === 'archived' ? E.right(undefined) : last;
  return E.right(last.right && { stream, heardAt: last.right.recordedAt });
};

const decode = decodeEvent(hostEvents);

/**
 * By which TTL a life counts, as it said last in this era, which begins with what is known: seconds; `undefined` where it never said so, said that there is
 * none, or cannot be read. All of the stream is read.
 */
export const ttlSaid = async (
  store: EventStore,
  stream: string,
): Promise<E.Either<StreamFailure, number | undefined>> => {
  let ttlSeconds: number | undefined;
  const read = await eachEvent<StreamFailure>(
    store.readStream(stream, 0, 'passed-over'),
    async (recorded) => {
      if (recorded.type !== 'LeaseObserved' && recorded.type !== 'EraOpened') return E.right(undefined);
      const decoded = decode(recorded);
      const event = E.isRight(decoded) ? decoded.right.event : undefined;
      ttlSeconds =
        event?.type === 'LeaseObserved'
          ? event.leaseTtlSeconds
          : event?.type === 'EraOpened'
            ? event.lease?.leaseTtlSeconds
            : undefined;
      return E.right(undefined);
    },
  );
  return E.map(() => ttlSeconds)(read);
};
