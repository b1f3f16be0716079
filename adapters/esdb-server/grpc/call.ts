import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Caller } from '../../../domain/port/access.ts';
import type { ByteBudget } from './byte-budget.ts';
import { gone, messagesOf } from './messages.ts';
import type { Outflow } from './outflow.ts';
import { sender } from './send.ts';
import type { PageSlots } from './slots.ts';
import { type GrpcStatus, trailersOf } from './status.ts';

/** A call as a method sees it. */
export type Call = {
  readonly caller: Caller;
  /** By which name and port the client reached us. */
  readonly authority: string;
  /**
   * The request's messages in order. Taking one lets the client send more. Throws a `CallFailure` when what comes is no request or the
   * client hangs up, or the call is over: an iteration that ends is a request that is whole, of a call that is not.
   */
  readonly messages: AsyncIterable<Buffer>;
  /** What this connection's calls hold of requests that are not done yet. What this one still holds when its method ends is given back. */
  readonly uploads: ByteBudget;
  /** What a reader has open of the log, among this connection's and all. */
  readonly pages: PageSlots;
  /** Sends framed messages, behind those before. Resolves when there is room for more; false when nobody listens any more. */
  readonly send: (framed: Buffer) => Promise<boolean>;
  /** Resolves when 64 KiB would be sent without waiting for the client; false when nobody listens any more. */
  readonly room: () => Promise<boolean>;
  /** Resolves when the client has taken what was sent by now on all of the connection, as `Outflow` has it. */
  readonly drained: () => Promise<void>;
  /** Aborts when nobody waits for the answer any more. */
  readonly over: AbortSignal;
  /** Aborts when the server wants to close: what is under way is finished, what waits ends. */
  readonly closing: AbortSignal;
  /** Ends the call now, whatever its method does. */
  readonly end: (status: GrpcStatus) => void;
};

/** Resolves with how the call ended. */
export type Method = (call: Call) => Promise<GrpcStatus>;

export type OpenCall = Omit<Call, 'caller'> & {
  /** Resolves with the status by which it was ended before its method had an answer. */
  readonly ended: Promise<GrpcStatus>;
};

const head = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': 'identity',
};

/**
 * A client has nothing more to say behind the status, and ends its side. One that does not is reset (RFC 9113, 8.1); not at once, since
 * some take that for a failure when it overtakes their own end.
 */
const endWithinMs = 2000;

type CallLimits = {
  readonly messageBytes: number;
  readonly stuckMs: number;
  readonly uploads: ByteBudget;
  readonly pages: PageSlots;
  readonly outflow: Outflow;
};

/** The call that a client opened with a stream of its connection. */
export const openCall = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  closing: AbortSignal,
  { messageBytes, stuckMs, uploads, pages, outflow }: CallLimits,
): OpenCall => {
  const over = new AbortController();
  let settle: (status: GrpcStatus) => void = () => undefined;
  const ended = new Promise<GrpcStatus>((resolve) => {
    settle = resolve;
  });

  const end = (status: GrpcStatus): void => {
    if (over.signal.aborted) return;
    over.abort();
    settle(status);
    finish(stream, status, stuckMs);
  };
  stream.once('close', () => end(gone));
  // What goes wrong with one stream is its client's affair, and is seen by its closing.
  stream.on('error', () => undefined);

  return {
    authority: String(headers[':authority'] ?? headers.host ?? ''),
    messages: messagesOf(stream, messageBytes, over.signal, uploads),
    uploads,
    pages,
    ...sender(stream, {
      begin: () => {
        if (!stream.headersSent) stream.respond(head, { waitForTrailers: true });
      },
      over: over.signal,
      outflow,
      stuckMs,
      onStuck: () => {
        // Its trailers would wait behind what it does not take.
        stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
        end(gone);
      },
    }),
    drained: outflow.drained,
    over: over.signal,
    closing,
    end,
    ended,
  };
};

/**
 * Sends the status, when the client has taken what was sent before it. What the client still sends is read for nothing: for a while behind
 * the status, and before it as long as a client may be stuck. Without the status its call would have failed, whatever it was answered.
 */
const finish = (stream: ServerHttp2Stream, status: GrpcStatus, stuckMs: number): void => {
  if (stream.destroyed || stream.closed) return;
  stream.resume();
  let late: NodeJS.Timeout;
  const closeIn = (ms: number): void => {
    clearTimeout(late);
    late = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), ms).unref();
  };
  stream.once('close', () => clearTimeout(late));
  const trailers = trailersOf(status);
  if (!stream.headersSent) {
    stream.respond({ ...head, ...trailers }, { endStream: true });
    closeIn(endWithinMs);
    return;
  }
  closeIn(stuckMs);
  stream.once('wantTrailers', () => {
    if (stream.destroyed || stream.closed) return;
    stream.sendTrailers(trailers);
    closeIn(endWithinMs);
  });
  stream.end();
};
