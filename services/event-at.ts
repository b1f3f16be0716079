import { either as E } from 'fp-ts';
import type { EventStore, ReadFailure, RecordedEvent } from '../domain/port/event-store.ts';
import { isReadFailure, plain } from './read-failure.ts';

/** A stream's first event from a revision (inclusive) on; `undefined` when it ends before. */
export const eventAt = async (
  store: EventStore,
  stream: string,
  revision: number,
): Promise<E.Either<ReadFailure, RecordedEvent | undefined>> => {
  try {
    for await (const event of store.readStream(stream, revision)) return E.right(event);
    return E.right(undefined);
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    return E.left(plain(error));
  }
};
