import { either as E } from 'fp-ts';
import type { Append, Appended, AppendFailure, RecordedEvent } from '../../domain/port/event-store.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digest = /^[0-9a-f]{64}$/;

/**
 * What the port says of an append, given its stream and the ids of the whole log: a failure, the place where it stands
 * already (a repeat; the stream's end for an append without events), or `undefined`: it is to be written.
 */
export const admit = (
  { stream, expectedRevision, events }: Append,
  present: ReadonlyArray<RecordedEvent>,
  ids: ReadonlySet<string>,
): E.Either<AppendFailure, Appended | undefined> => {
  const unkeepable = events.find((event) => !uuid.test(event.id) || !digest.test(event.hash));
  if (unkeepable !== undefined) {
    return E.left({
      type: 'unavailable',
      reason: `event ${unkeepable.id}: the id must be a lower-case UUID and the hash 64 lower-case hexadecimal digits (${unkeepable.hash})`,
    });
  }
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
