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
export const gone = refusedAs('unavailable', 'the client hung up');

/** The messages of a request, as `Call` promises them; `most`: bytes of one. */
export const messagesOf = async function* (
  stream: ServerHttp2Stream,
  most: number,
): AsyncGenerator<Buffer, void> {
  const deframe = makeDeframer(most);
  // Leaving the loop early must not end the stream: the answer has yet to go.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const messages = deframe(chunk as Buffer);
    if (E.isLeft(messages)) throw new CallFailure(messages.left);
    yield* messages.right;
  }
  // Clients that give up a call first end it and then reset it (Node's does, and grpc-js with it): what ends is whole only where no
  // reset came along.
  await new Promise(setImmediate);
  if (stream.closed) throw new CallFailure(gone);
};

/** The one message of a request that has one. */
export const onlyMessage = async (messages: AsyncIterable<Buffer>): Promise<Buffer> => {
  for await (const message of messages) return message;
  throw new CallFailure(refusedAs('invalidArgument', 'the request has no message'));
};
