import { either as E } from 'fp-ts';
import { appendStampedPath } from '../../domain/esdb/append-stamped.ts';
import { recordedEvent } from '../../domain/esdb/recorded-event.ts';
import type { Append, Appended, AppendFailure, ExpectedRevision } from '../../domain/port/event-store.ts';
import { unkeepable } from '../../domain/unkeepable.ts';
import type { AppendAnswer } from './append-answer.ts';
import { appendMessages } from './append-request.ts';
import { type Calling, insist } from './calling.ts';
import { type CallFailure, isUnimplemented } from './failure.ts';
import { lacks, noteLack } from './own-methods.ts';
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
 * What stands where the last event was written: an EventStoreDB's stamp is not in its answer. And it takes events for the ones that
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

/** By evio-ledger's own method, and by EventStoreDB's where there is none: what is not known there was not written either. */
const send = async (
  { connection }: Calling,
  messages: ReturnType<typeof appendMessages>,
): Promise<AppendAnswer> => {
  if (!lacks(connection, appendStampedPath)) {
    try {
      return await connection.append(messages, 'stamped');
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      noteLack(connection, appendStampedPath);
    }
  }
  return connection.append(messages, 'plain');
};

/** It is written, now or before. */
const write = async (calling: Calling, append: Append): Promise<E.Either<CallFailure, AppendAnswer>> => {
  const { expectedRevision: expected } = append;
  // No stream ends there, and the wire has no word for it.
  if (typeof expected === 'number' && expected < 0) return E.left({ type: 'conflict' });
  const messages = appendMessages(append);
  const answer = await insist(calling, () => send(calling, messages));
  return E.isRight(answer) && answer.right.answer.hasWrongExpectedVersion()
    ? E.left({ type: 'conflict' })
    : answer;
};

/** What was written now, where the answer says that it is this. */
const stamped = (
  { answer, written }: AppendAnswer,
  { expectedRevision: expected, events }: Append,
): Appended | undefined => {
  const revision = (expected === 'no-stream' ? -1 : expected) + events.length;
  const success = answer.getSuccess();
  const position = success?.getPosition()?.getCommitPosition();
  if (written === undefined || position === undefined) return undefined;
  const isThis = written.hash === events.at(-1)?.hash && success?.getCurrentRevision() === String(revision);
  return isThis ? { revision, position: Number(position), recordedAt: written.recordedAt } : undefined;
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
  const wrote = await write(calling, append);
  if (E.isRight(wrote)) {
    const appended = stamped(wrote.right, append);
    return appended === undefined ? standing(calling, append) : E.right(appended);
  }
  const failure = wrote.left;
  if (failure.type !== 'conflict' && failure.type !== 'rejected') return failed(failure, append, expected);
  const end = await endOf(calling, stream);
  if (E.isLeft(end)) return failed(end.left, append, expected);
  return failed(failure, append, end.right?.revision ?? 'no-stream');
};
