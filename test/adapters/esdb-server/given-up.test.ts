import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { rawCall, rawConnection } from './raw-call.ts';
import { appendTo, proposed } from './requests.ts';
import { startServer } from './server.ts';

/** A frame of HTTP/2 on stream 1 (RFC 9113, 4.1). */
const frame = (kind: number, flags: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(1, 5);
  return Buffer.concat([head, payload]);
};

/** As clients do that cancel: the end of the request, and the reset by this error behind it. */
const endAndReset = (code: number): Buffer =>
  Buffer.concat([frame(0, 1, Buffer.alloc(0)), frame(3, 0, Buffer.from([0, 0, 0, code]))]);

/** A header field that no table knows (RFC 7541, 6.2.2). */
const field = ([name, value]: readonly [string, string]): Buffer =>
  Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);

for (const [how, give] of [
  ['resets it', (socket: Socket) => void socket.write(frame(3, 0, Buffer.from([0, 0, 0, 8])))],
  ['ends it only to reset it', (socket: Socket) => void socket.write(endAndReset(8))],
  ['ends it only to reset it without an error', (socket: Socket) => void socket.write(endAndReset(0))],
  ['hangs up', (socket: Socket) => void socket.destroy()],
] as const)
  test.serial(`an append is not made when its client ${how} before its end`, async (t) => {
    const told: unknown[] = [];
    const { server, said } = await startServer(t, {
      observer: {
        called: (_, code) => void told.push(code),
        appended: (events) => void told.push(`appended ${events}`),
        sent: () => undefined,
      },
    });
    const path = '/event_store.client.streams.Streams/Append';
    const chunks = [appendTo('notes'), proposed('6f1c8a6e-0000-4000-8000-000000000000', 'x')];
    const headers = {
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': 'x',
      ':path': path,
      'content-type': 'application/grpc',
    };
    const socket = connect(server.port, '127.0.0.1');
    socket.on('data', () => undefined);
    t.teardown(() => socket.destroy());
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(Buffer.from('000000040000000000', 'hex'));
    socket.write(frame(1, 4, Buffer.concat(Object.entries(headers).map(field))));
    socket.write(frame(0, 0, Buffer.concat(chunks)));
    await sleep(100);
    give(socket);
    await sleep(100);
    const { trailers } = await rawCall(rawConnection(t, server.port), path, chunks);
    t.is(trailers['grpc-status'], '0');
    // CANCELLED, which nobody hears; and then what is appended as it should be.
    t.deepEqual(told, [1, 'appended 1', 0]);
    t.deepEqual(said, []);
  });

test.serial('an event without a type names what it lacks', async (t) => {
  const { server } = await startServer(t);
  const { trailers } = await rawCall(
    rawConnection(t, server.port),
    '/event_store.client.streams.Streams/Append',
    [appendTo('notes'), proposed('6f1c8a6e-0000-4000-8000-000000000000', 'x', '')],
  );
  t.like(trailers, {
    'grpc-status': '3',
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type',
  });
});
