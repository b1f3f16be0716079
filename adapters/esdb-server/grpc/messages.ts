import type { ServerHttp2Stream } from 'node:http2';
import { either as E } from 'fp-ts';
import { makeDeframer } from './deframe.ts';
import { type GrpcStatus, refusedAs } from './status.ts';

/** A refusal that an iteration has no other way to tell. */
export class CallFailure extends Error {
  readonly status: GrpcStatus;
  constructor(status: GrpcStatus) {
    super(status.message);
    this.status = status;
  }
}

/** Nobody hears this. */
export const gone = refusedAs('cancelled', 'the client hung up');

const chunksOf = async function* (stream: ServerHttp2Stream): AsyncGenerator<Buffer, void> {
  try {
    // Leaving the loop early must not end the stream: the answer has yet to go.
    yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch {
    // Reset, or the connection is gone: what came is not the whole request.
    throw new CallFailure(gone);
  }
};

/** The messages of a request, as `Call` promises them; `most`: bytes of one. */
export const messagesOf = async function* (
  stream: ServerHttp2Stream,
  most: number,
): AsyncGenerator<Buffer, void> {
  const deframe = makeDeframer(most);
  for await (const chunk of chunksOf(stream)) {
    const messages = deframe(chunk);
    if (E.isLeft(messages)) throw new CallFailure(messages.left);
    yield* messages.right;
  }
};

/** The one message of a request that has one. */
export const onlyMessage = async (messages: AsyncIterable<Buffer>): Promise<Buffer> => {
  for await (const message of messages) return message;
  throw new CallFailure(refusedAs('invalidArgument', 'the request has no message'));
};
