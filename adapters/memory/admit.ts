import { either as E } from 'fp-ts';
import type { Append, Appended, AppendFailure, RecordedEvent } from '../../domain/port/event-store.ts';
import { unkeepable } from '../../domain/unkeepable.ts';

/**
 * What the port says of an append, given its stream and the ids of the whole log: a failure, the place where it stands
 * already (a repeat; the stream's end for an append without events), or `undefined`: it is to be written.
 */
export const admit = (
  append: Append,
  present: ReadonlyArray<RecordedEvent>,
  ids: ReadonlySet<string>,
): E.Either<AppendFailure, Appended | undefined> => {
  const { stream, expectedRevision, events } = append;
  const reason = unkeepable(append);
  if (reason !== undefined) return E.left({ type: 'unavailable', reason });
  const first = expectedRevision === 'no-stream' ? 0 : expectedRevision + 1;
  const standing = present.slice(first, first + events.length);
  if (events.length > 0 && events.every(({ id }, index) => standing[index]?.id === id)) {
    return E.right(standing.at(-1));
  }
  const end = present.at(-1);
  const actual = end?.revision ?? 'no-stream';
  if (actual !== expectedRevision) {
    return E.left({ type: 'conflict', stream, expected: expectedRevision, actual });
  }
  const duplicate = events.find(
    ({ id }, index) => ids.has(id) || events.findIndex((other) => other.id === id) < index,
  );
  if (duplicate !== undefined) return E.left({ type: 'duplicate-event-id', id: duplicate.id });
  return E.right(events.length === 0 ? end : undefined);
};
