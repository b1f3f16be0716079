import { EventStoreDBClient } from '@eventstore/db-client';
import grpc, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type CallOptions, type ClientReadableStream, connectivityState, type Metadata } from '@grpc/grpc-js';
import { appendStampedPath } from '../../domain/esdb/append-stamped.ts';
import { readTogetherPath } from '../../domain/esdb/read-together.ts';
import { type AppendAnswer, readAppendAnswer } from './append-answer.ts';
import { type ReadAnswer, readAnswer, readAnswers } from './read-answer.ts';

/**
 * What the client gives to its own methods (and to its subclasses, in TypeScript): one channel that is discovered, secured, kept alive
 * and replaced, and calls on it with the credentials. Its public methods parse data that is JSON, so that the bytes which were hashed are
 * gone, and its appends share one call that may end without an answer for those in it.
 */
type Inside = {
  readonly execute: <A>(
    client: typeof StreamsClient,
    name: string,
    action: (client: StreamsClient) => Promise<A>,
  ) => Promise<A>;
  readonly GRPCStreamCreator: <A>(
    client: typeof StreamsClient,
    name: string,
    creator: (client: StreamsClient) => A,
  ) => () => Promise<A>;
  readonly callArguments: (
    base: { readonly requiresLeader: boolean; readonly deadline?: number },
    options?: { readonly deadline: number },
  ) => [Metadata, CallOptions];
  readonly getChannel: () => Promise<{ readonly close: () => void }>;
};

export type Connection = {
  /** A reading or a subscription; ends when `cancel` is called. Together only evio-ledger sends its messages. */
  readonly read: (
    request: ReadReq,
    form: 'together' | 'alone',
  ) => Promise<ClientReadableStream<ReadonlyArray<ReadAnswer>>>;
  /** One append, in an order of its own: nobody else's call can end it. Only evio-ledger stamps its answers. */
  readonly append: (messages: ReadonlyArray<AppendReq>, form: 'stamped' | 'plain') => Promise<AppendAnswer>;
  /**
   * One message, and the one that answers it, of a method that the client does not know. Waits for as long as the connection stands: pings find
   * out, but only once it is `connected`, that is, the server has spoken HTTP/2.
   */
  readonly ask: (path: string, message: Buffer, connected: () => void) => Promise<Buffer>;
  /** Ends all calls and lets go of the socket. */
  readonly close: () => Promise<void>;
};

const leader = { requiresLeader: true };

const appendPath = '/event_store.client.streams.Streams/Append';
const readPath = '/event_store.client.streams.Streams/Read';

const asItIs = (message: Buffer): Buffer => message;

/** The client's default, in milliseconds. */
const usualDeadline = 10_000;

/** Milliseconds that an append waits for its answer. */
export const deadlineOf = (text: string): number =>
  Number(/[?&]defaultDeadline=(\d+)/.exec(text)?.[1] ?? usualDeadline);

/** Unlike the library's `waitForReady` it makes no connection of its own, of which one would be left behind a `close`. */
const whenReady = (channel: ReturnType<StreamsClient['getChannel']>, ready: () => void): void => {
  const { IDLE, READY, SHUTDOWN } = connectivityState;
  const look = (seen: connectivityState): void =>
    channel.watchConnectivityState(seen, Number.POSITIVE_INFINITY, () => {
      const state = channel.getConnectivityState(false);
      if (state === READY) ready();
      else if (state !== SHUTDOWN) look(state);
    });
  look(IDLE);
};

/** Nothing is sent before the first call. Throws what the client says of its files of certificates. */
export const connect = (text: string): Connection => {
  const client = EventStoreDBClient.connectionString(text);
  const inside = client as unknown as Inside;
  const deadline = deadlineOf(text);
  // Large appends get more: a millisecond for each event.
  const patientFor = (events: number) => ({ ...leader, deadline: deadline + events });
  return {
    read: (request, form) =>
      inside.GRPCStreamCreator(grpc.StreamsClient, 'read', (streams) =>
        streams.makeServerStreamRequest(
          form === 'together' ? readTogetherPath : readPath,
          (wanted: ReadReq) => Buffer.from(wanted.serializeBinary()),
          form === 'together' ? readAnswers : (message) => [readAnswer(message)],
          request,
          ...inside.callArguments(leader, { deadline: Number.POSITIVE_INFINITY }),
        ),
      )(),
    append: (messages, form) =>
      inside.execute(
        grpc.StreamsClient,
        'append',
        (streams) =>
          new Promise((resolve, reject) => {
            const sink = streams.makeClientStreamRequest(
              form === 'stamped' ? appendStampedPath : appendPath,
              (message: AppendReq) => Buffer.from(message.serializeBinary()),
              readAppendAnswer,
              ...inside.callArguments(patientFor(messages.length)),
              (error, answer) =>
                error === null && answer !== undefined
                  ? resolve(answer)
                  : reject(error ?? new Error('no answer')),
            );
            // The answer says what went wrong.
            sink.on('error', () => undefined);
            for (const message of messages) sink.write(message);
            sink.end();
          }),
      ),
    ask: (path, message, connected) =>
      inside.execute(
        grpc.StreamsClient,
        'ask',
        (streams) =>
          new Promise((resolve, reject) => {
            streams.makeUnaryRequest(
              path,
              asItIs,
              asItIs,
              message,
              ...inside.callArguments(leader, { deadline: Number.POSITIVE_INFINITY }),
              (error, answer) =>
                error === null && answer !== undefined
                  ? resolve(answer)
                  : reject(error ?? new Error('no answer')),
            );
            whenReady(streams.getChannel(), connected);
          }),
      ),
    close: async () => {
      await client.dispose();
      (await inside.getChannel().catch(() => undefined))?.close();
    },
  };
};
