/*
 * What the client alone can do: a server that answers at once, with bytes that are ready, without rights, decision, log or disk:
 * `constant.ts COUNT`, events of a reading. Prints its port, and serves until it is ended.
 */
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { makeDeframer } from '../../adapters/esdb-server/grpc/deframe.ts';
import { batchAnswer } from '../../adapters/esdb-server/messages/append-answer.ts';
import { batchMessage } from '../../adapters/esdb-server/messages/append-messages.ts';
import { ReadReq } from '../../adapters/esdb-server/messages/generated.ts';
import { uuidIn } from '../../adapters/esdb-server/messages/identifier.ts';
import {
  writeCaughtUp,
  writeConfirmation,
  writeRead,
} from '../../adapters/esdb-server/messages/read-answer.ts';
import { readWanted } from '../../adapters/esdb-server/messages/read-request.ts';
import { serverFeatures } from '../../adapters/esdb-server/methods/server-features.ts';
import { makeWriter } from '../../adapters/esdb-server/protobuf/writer.ts';
import { must } from '../../test/support/must.ts';
import { payload } from './figures.ts';

const count = Number(process.argv[2]);

/** How long events wait for one another before subscribers are sent them, in milliseconds. */
const gathering = 10;

const eventsAPart = 90;

let position = 0;
const frameOf = (data: string): Buffer => {
  const writer = makeWriter();
  position += 1;
  const event = {
    id: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e',
    type: 'PodAdded',
    contentType: 'application/json',
    data,
    metadata: '',
    stream: 'live',
    revision: position,
    position,
    recordedAt: '2026-11-21T00:00:00.000Z',
  };
  writer.framed(() => writeRead(writer, { event }, 'text'));
  return writer.written();
};

const subscribers = new Set<ServerHttp2Stream>();
let waiting: Buffer[] = [];
setInterval(() => {
  if (waiting.length === 0) return;
  const bytes = Buffer.concat(waiting);
  waiting = [];
  for (const subscriber of subscribers) subscriber.write(bytes);
}, gathering);

const answerAppends = (stream: ServerHttp2Stream): void => {
  const deframe = makeDeframer(2 ** 24);
  stream.on('data', (chunk: Buffer) => {
    for (const message of must(deframe(chunk))) {
      const { correlation, proposed, isFinal } = batchMessage.deserializeBinary(message);
      if (subscribers.size > 0) waiting.push(...proposed.map(({ data }) => frameOf(data.toString())));
      const correlated = { correlation: must(uuidIn(correlation)), stream: 'live' };
      if (isFinal) stream.write(batchAnswer(correlated, { revision: position, position }));
    }
  });
};

const subscribe = (stream: ServerHttp2Stream): void => {
  const writer = makeWriter();
  writer.framed(() => writeCaughtUp(writer));
  writer.framed(() => writeConfirmation(writer, 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e'));
  stream.write(writer.written());
  subscribers.add(stream);
  stream.once('close', () => subscribers.delete(stream));
};

const part = Buffer.concat(Array.from({ length: eventsAPart }, () => frameOf(JSON.stringify(payload(0)))));

const answerReading = (stream: ServerHttp2Stream): void => {
  let left = count;
  const more = (): void => {
    while (left > 0) {
      const events = Math.min(left, eventsAPart);
      left -= events;
      if (!stream.write(part.subarray(0, (part.length / eventsAPart) * events)) && left > 0) {
        stream.once('drain', more);
        return;
      }
    }
    stream.end();
  };
  more();
};

const answerRead = (stream: ServerHttp2Stream): void => {
  const deframe = makeDeframer(2 ** 24);
  stream.on('data', (chunk: Buffer) => {
    for (const message of must(deframe(chunk))) {
      const { limit } = must(readWanted(ReadReq.deserializeBinary(message)));
      if (limit === 'subscription') subscribe(stream);
      else answerReading(stream);
    }
  });
};

const answerFeatures = async (stream: ServerHttp2Stream): Promise<void> => {
  await serverFeatures({
    send: async (framed) => {
      stream.end(framed);
      return true;
    },
  });
};

const server = createServer({ settings: { initialWindowSize: 2 ** 20 } });
server.on('session', (session) => session.setLocalWindowSize(2 ** 23));
server.on('stream', (stream: ServerHttp2Stream, headers) => {
  stream.on('error', () => undefined);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const path = headers[':path'] ?? '';
  if (path.endsWith('/BatchAppend')) answerAppends(stream);
  else if (path.endsWith('Streams/Read')) answerRead(stream);
  else void answerFeatures(stream);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
