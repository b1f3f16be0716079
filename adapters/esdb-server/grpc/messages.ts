import type { ServerHttp2Stream } from 'node:http2';
import { finished } from 'node:stream';
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

/** So many bytes may wait here before the client is kept from sending more. */
const mostWaiting = 64 * 1024;

/**
 * What comes, in order; `undefined` behind the end. It is told by the stream: the stream's own iterator takes half a dozen turns of the microtask
 * queue for each chunk, and one of `nextTick`. Of a call that is over nothing is kept.
 */
const chunksOf = (stream: ServerHttp2Stream, over: AbortSignal): (() => Promise<Buffer | undefined>) => {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let state: 'open' | 'whole' | 'broken' = 'open';
  let wake: () => void = () => undefined;
  stream.on('data', (chunk: Buffer) => {
    if (over.aborted) return;
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostWaiting) stream.pause();
    wake();
  });
  finished(stream, { writable: false }, (error) => {
    state = error ? 'broken' : 'whole';
    wake();
  });
  return async () => {
    while (waiting.length === 0 && state === 'open')
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    // Reset, or the connection is gone: what came is not the whole request.
    if (state === 'broken') throw new CallFailure(gone);
    const chunk = waiting.shift();
    bytes -= chunk?.length ?? 0;
    if (bytes < mostWaiting && stream.isPaused()) stream.resume();
    return chunk;
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
 * the uploads. Of a call that is over none is given any more; what its client still sends is read for nothing.
 */
export const messagesOf = (
  stream: ServerHttp2Stream,
  most: number,
  over: AbortSignal,
  uploads: ByteBudget,
): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () => {
    const nextChunk = chunksOf(stream, over);
    const deframe = makeDeframer(most);
    let messages: Buffer[] = [];
    /** What the message that was given last holds of the uploads. */
    let held = 0;
    const next = async (): Promise<IteratorResult<Buffer, undefined>> => {
      uploads.give(held);
      held = 0;
      for (;;) {
        const value = over.aborted ? undefined : messages.shift();
        if (value !== undefined) {
          held = value.length + messagePrefix;
          return { done: false, value };
        }
        const chunk = await nextChunk();
        if (over.aborted && chunk !== undefined) continue;
        if (chunk === undefined) {
          if (!(await isWhole(stream)) || over.aborted) throw new CallFailure(gone);
          return { done: true, value: undefined };
        }
        if (!uploads.take(chunk.length)) throw new CallFailure(uploadsTooLarge);
        const cut = deframe(chunk);
        if (E.isLeft(cut)) throw new CallFailure(cut.left);
        messages = [...cut.right];
      }
    };
    return { next };
  },
});

/** The one message of a request that has one. */
export const onlyMessage = async (messages: AsyncIterable<Buffer>): Promise<Buffer> => {
  for await (const message of messages) return message;
  throw new CallFailure(refusedAs('invalidArgument', 'the request has no message'));
};
