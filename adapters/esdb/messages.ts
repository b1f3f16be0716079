import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Calling } from './calling.ts';
import type { Connection } from './connection.ts';
import type { ReadAnswer } from './read-answer.ts';

/**
 * The messages of one reading or subscription, each taken before the next is asked for: a slow reader holds a few of them, and the
 * server waits. Throws what the call ends with; an abort ends it, and so does whoever breaks off.
 */
export const messages = async function* (
  connection: Connection,
  request: ReadReq,
  signal: AbortSignal,
): AsyncGenerator<ReadAnswer, void> {
  if (signal.aborted) return;
  const call = await connection.read(request);
  // What comes behind the end is nobody's.
  call.on('error', () => undefined);
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    for await (const message of call) {
      if (signal.aborted) return;
      yield message as ReadAnswer;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
};

/**
 * The same, of the log that was opened only: before the first message is given, the log is asked which one it is. In this order, because a
 * server that comes back between question and call may have another log.
 */
export const ownMessages = async function* (
  { connection, sameLog }: Pick<Calling, 'connection' | 'sameLog'>,
  request: ReadReq,
  signal: AbortSignal,
): AsyncGenerator<ReadAnswer, void> {
  let asked = false;
  for await (const message of messages(connection, request, signal)) {
    if (!asked) await sameLog?.();
    asked = true;
    yield message;
  }
};
