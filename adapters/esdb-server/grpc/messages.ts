import type { ServerHttp2Stream } from 'node:http2';
import { setImmediate as turn } from 'node:timers/promises';
import { either as E } from 'fp-ts';
import type { ByteBudget } from './byte-budget.ts';
import { makeDeframer, messagePrefix } from './deframe.ts';
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

/** No generator of its own: that would take three turns of the microtask queue more for each chunk. */
const chunksOf = (stream: ServerHttp2Stream): AsyncIterable<Buffer> => {
  // Leaving the loop early must not end the stream: the answer has yet to go.
  const chunks: AsyncIterator<Buffer> = stream.iterator({ destroyOnReturn: false });
  return {
    [Symbol.asyncIterator]: () => ({
      ...chunks,
      next: () =>
        chunks.next().catch(() => {
          // Reset, or the connection is gone: what came is not the whole request.
          throw new CallFailure(gone);
        }),
      return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
    }),
  };
};

/**
 * Whether the request was ended by its client, and not by a reset: Node ends what was reset without an error as if it were whole, and some
 * clients end what they cancel before they reset it. So what came along with the end is read first, which takes a turn of the event loop
 * from after one look at the sockets until after the next.
 */
const isWhole = async (stream: ServerHttp2Stream): Promise<boolean> => {
  await turn();
  await turn();
  return !stream.closed && !stream.destroyed;
};

export const uploadsTooLarge = refusedAs(
  'resourceExhausted',
  'the appends that are under way on this connection have too many bytes: end some before others are begun',
);

/**
 * The messages of a request, as `Call` promises them; `most`: bytes of one. What is held until a message is whole and dealt with counts of
 * the uploads. Of a call that is over none is given any more; what its client
 * still sends is read for nothing.
 */
export const messagesOf = async function* (
  stream: ServerHttp2Stream,
  most: number,
  over: AbortSignal,
  uploads: ByteBudget,
): AsyncGenerator<Buffer, void> {
  const deframe = makeDeframer(most);
  for await (const chunk of chunksOf(stream)) {
    if (over.aborted) continue;
    if (!uploads.take(chunk.length)) throw new CallFailure(uploadsTooLarge);
    const messages = deframe(chunk);
    if (E.isLeft(messages)) throw new CallFailure(messages.left);
    for (const message of messages.right) {
      if (over.aborted) break;
      yield message;
      uploads.give(message.length + messagePrefix);
    }
  }
  if (!(await isWhole(stream)) || over.aborted) throw new CallFailure(gone);
};

/** The one message of a request that has one. */
export const onlyMessage = async (messages: AsyncIterable<Buffer>): Promise<Buffer> => {
  for await (const message of messages) return message;
  throw new CallFailure(refusedAs('invalidArgument', 'the request has no message'));
};
