import { either as E } from 'fp-ts';
import { logStream } from '../../domain/esdb/ledger-stream.ts';
import { decodeEvent } from '../../domain/event.ts';
import { type LogIdentified, logEvents } from '../../domain/log/events.ts';
import type { EventStore, StreamHead } from '../../domain/port/event-store.ts';
import { eventAt } from '../event-at.ts';
import type { StreamFailure } from '../stream-failure.ts';

export type Said = {
  readonly head: StreamHead;
  /** The position where it says so. */
  readonly at: number;
  readonly identity: LogIdentified;
};

/** What the log says of itself; `undefined` when it says nothing yet. */
export const saidIdentity = async ({
  store,
}: {
  readonly store: EventStore;
}): Promise<E.Either<StreamFailure, Said | undefined>> => {
  const head = await store.head(logStream)();
  if (E.isLeft(head)) return head;
  if (head.right === undefined) return E.right(undefined);
  const last = await eventAt(store, logStream, head.right.revision);
  if (E.isLeft(last)) return last;
  if (last.right === undefined)
    return E.left({ type: 'unavailable', reason: `the last event of ${logStream} cannot be read` });
  const decoded = decodeEvent(logEvents)(last.right);
  if (E.isLeft(decoded)) return decoded;
  return E.right({ head: head.right, at: last.right.position, identity: decoded.right.event });
};
