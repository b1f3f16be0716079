import { either as E } from 'fp-ts';
import { recordedEvent } from '../../domain/esdb/recorded-event.ts';
import type { Append, Appended, AppendFailure, ExpectedRevision } from '../../domain/port/event-store.ts';
import { unkeepable } from '../../domain/unkeepable.ts';
import { appendMessages } from './append-request.ts';
import { type Calling, insist } from './calling.ts';
import type { CallFailure } from './failure.ts';
import { eventFrom, lastOf } from './read.ts';

type Answer = E.Either<AppendFailure, Appended>;

/** A failed call as the port says it; of a conflict, what was found. */
const failed = (
  failure: CallFailure,
  { stream, expectedRevision: expected }: Append,
  actual: ExpectedRevision,
): Answer => {
  switch (failure.type) {
    case 'conflict':
      return E.left({ type: 'conflict', stream, expected, actual });
    case 'rejected':
      // Made for another end of the stream than it has, it fits nowhere.
      return E.left(
        actual === expected ? { ...failure, stream } : { type: 'conflict', stream, expected, actual },
      );
    case 'too-large':
      return E.left({ ...failure, stream });
    case 'denied':
    case 'unavailable':
      return E.left(failure);
  }
};

/** Where the stream ends now. */
const endOf = (calling: Calling, stream: string) => insist(calling, () => lastOf(calling, stream));

const withoutEvents = async (calling: Calling, append: Append): Promise<Answer> => {
  const { stream, expectedRevision: expected } = append;
  const end = await endOf(calling, stream);
  if (E.isLeft(end)) return failed(end.left, append, expected);
  const { revision = -1, position = -1, recordedAt = calling.clock.now() } = end.right ?? {};
  const actual = end.right === undefined ? 'no-stream' : revision;
  return actual === expected
    ? E.right({ revision, position, recordedAt })
    : E.left({ type: 'conflict', stream, expected, actual });
};

/**
 * What stands where the last event was written: the store's stamp is not in its answer. And an EventStoreDB takes events for the ones that
 * it has by their ids alone: another writer may have made them, with another hash.
 */
const standing = async (calling: Calling, append: Append): Promise<Answer> => {
  const { stream, expectedRevision: expected, events } = append;
  const last = (expected === 'no-stream' ? -1 : expected) + events.length;
  const read = await insist(calling, () => eventFrom(calling, stream, last));
  if (E.isLeft(read)) return failed(read.left, append, expected);
  const found = read.right === undefined ? undefined : recordedEvent(read.right);
  if (found?.revision === last && found.hash === events.at(-1)?.hash)
    return E.right({ revision: last, position: found.position, recordedAt: found.recordedAt });
  const end = await endOf(calling, stream);
  if (E.isLeft(end)) return failed(end.left, append, expected);
  return E.left({ type: 'conflict', stream, expected, actual: end.right?.revision ?? 'no-stream' });
};

/** `undefined`: it is written, now or before. */
const write = async (calling: Calling, append: Append): Promise<CallFailure | undefined> => {
  const { expectedRevision: expected } = append;
  // No stream ends there, and the wire has no word for it.
  if (typeof expected === 'number' && expected < 0) return { type: 'conflict' };
  const messages = appendMessages(append);
  const answer = await insist(calling, () => calling.connection.append(messages));
  if (E.isLeft(answer)) return answer.left;
  return answer.right.hasWrongExpectedVersion() ? { type: 'conflict' } : undefined;
};

/**
 * Appends, and asks again with the same ids and the same expected revision when there is no answer: what was written the first time is
 * found there, and not written twice.
 */
export const appendTo = async (calling: Calling, append: Append): Promise<Answer> => {
  const { stream, expectedRevision: expected, events } = append;
  const odd = unkeepable(append);
  if (odd !== undefined) return E.left({ type: 'unavailable', reason: odd });
  const ids = new Set<string>();
  for (const { id } of events) {
    if (ids.has(id)) return E.left({ type: 'duplicate-event-id', id });
    ids.add(id);
  }
  if (events.length === 0) return withoutEvents(calling, append);
  const failure = await write(calling, append);
  if (failure === undefined) return standing(calling, append);
  if (failure.type !== 'conflict' && failure.type !== 'rejected') return failed(failure, append, expected);
  const end = await endOf(calling, stream);
  if (E.isLeft(end)) return failed(end.left, append, expected);
  return failed(failure, append, end.right?.revision ?? 'no-stream');
};
