import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { readTogetherPath } from '../../domain/esdb/read-together.ts';
import type { Calling } from './calling.ts';
import type { Connection } from './connection.ts';
import { isUnimplemented } from './failure.ts';
import { lacks, noteLack } from './own-methods.ts';
import type { ReadAnswer } from './read-answer.ts';

/** Some messages of a reading or a subscription, in order: those that came together. */
type Messages = ReadonlyArray<ReadAnswer>;

const messagesIn = async function* (
  call: Awaited<ReturnType<Connection['read']>>,
  signal: AbortSignal,
): AsyncGenerator<Messages, void> {
  // What comes behind the end is nobody's.
  call.on('error', () => undefined);
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    for await (const messages of call) {
      if (signal.aborted) return;
      yield messages as Messages;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
};

/**
 * The messages of one reading or subscription, those of one frame taken before the next is asked for: a slow reader holds a few of them, and the
 * server waits. Throws what the call ends with; an abort ends it, and so does whoever breaks off.
 */
export const messages = async function* (
  connection: Connection,
  request: ReadReq,
  signal: AbortSignal,
): AsyncGenerator<Messages, void> {
  if (signal.aborted) return;
  let begun = false;
  if (!lacks(connection, readTogetherPath)) {
    try {
      for await (const some of messagesIn(await connection.read(request, 'together'), signal)) {
        begun = true;
        yield some;
      }
      return;
    } catch (error) {
      if (begun || !isUnimplemented(error)) throw error;
      noteLack(connection, readTogetherPath);
    }
  }
  yield* messagesIn(await connection.read(request, 'alone'), signal);
};

/**
 * The same, of the log that was opened only: the first message says which one it is, or the log is asked before that is given. In this order, because a
 * server that comes back between question and call may have another log.
 */
export const ownMessages = async function* (
  { connection, sameLog }: Pick<Calling, 'connection' | 'sameLog'>,
  request: ReadReq,
  signal: AbortSignal,
): AsyncGenerator<Messages, void> {
  let asked = false;
  for await (const some of messages(connection, request, signal)) {
    if (!asked) await sameLog?.(some[0]?.log);
    asked = true;
    yield some;
  }
};
