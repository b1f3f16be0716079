import { either as E } from 'fp-ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { eventAt } from '../event-at.ts';
import { newestEra } from '../newest-era.ts';
import type { StreamFailure } from '../stream-failure.ts';

/** The stream of a life's newest era, and of what was heard there last the log's own stamp and position. */
export type LastWord = { readonly stream: string; readonly heardAt: string; readonly position: number };

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
  return E.right(last.right && { stream, heardAt: last.right.recordedAt, position: last.right.position });
};
