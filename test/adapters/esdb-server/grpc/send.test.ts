import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { openOutflow } from '../../../../adapters/esdb-server/grpc/outflow.ts';
import { sender } from '../../../../adapters/esdb-server/grpc/send.ts';

const kib = 1024;

/** A stream of HTTP/2 whose client has a window of 64 KiB, and reads when it is told. */
const openStream = async (t: ExecutionContext) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.teardown(() => {
    session.destroy();
    server.close();
  });
  const request = session.request();
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  return { stream, request };
};

const open = (stream: ServerHttp2Stream, over: AbortSignal, stuckMs = 60_000, outflow = openOutflow()) => {
  const told = { stuck: 0 };
  const { send, room } = sender(stream, {
    begin: () => {
      if (!stream.headersSent) stream.respond();
    },
    over,
    outflow,
    stuckMs,
    onStuck: () => {
      told.stuck += 1;
    },
  });
  return { send, room, told };
};

test('some of what comes next is written before its client has room, and no more of it', async (t) => {
  const { stream, request } = await openStream(t);
  const { send } = open(stream, new AbortController().signal);
  let sent = 0;
  const all = Array.from({ length: 8 }, () =>
    send(Buffer.alloc(64 * kib)).then((heard) => {
      sent += 1;
      return heard;
    }),
  );
  await sleep(300);
  // Two parts wait, of which the client has had most of one.
  t.is(sent, 2);
  request.resume();
  t.deepEqual(await Promise.all(all), Array(8).fill(true));
});

test('who takes nothing is stuck, and nothing more is written when the call is over', async (t) => {
  const { stream } = await openStream(t);
  const over = new AbortController();
  const { send, told } = open(stream, over.signal, 50);
  const sending = send(Buffer.alloc(512 * kib));
  while (told.stuck === 0) await sleep(10);
  over.abort();
  t.false(await sending);
  t.true(stream.writableLength <= 192 * kib);
});

test('there is room for a part when it would be sent without waiting', async (t) => {
  const { stream, request } = await openStream(t);
  const over = new AbortController();
  const { send, room } = open(stream, over.signal);
  t.true(await room());
  t.true(await send(Buffer.alloc(64 * kib)));
  t.true(await send(Buffer.alloc(64 * kib)));
  let there = false;
  const waiting = room().then((heard) => {
    there = heard;
  });
  await sleep(100);
  t.false(there);
  request.resume();
  await waiting;
  t.true(there);
  over.abort();
  t.false(await room());
});

test('what was sent is on its way out of the connection until the client takes it', async (t) => {
  const { stream, request } = await openStream(t);
  const outflow = openOutflow(60_000);
  const { send } = open(stream, new AbortController().signal, 60_000, outflow);
  await send(Buffer.alloc(64 * kib));
  await send(Buffer.alloc(64 * kib));
  let drained = false;
  const waiting = outflow.drained().then(() => {
    drained = true;
  });
  await sleep(100);
  t.false(drained);
  request.resume();
  await waiting;
  t.true(drained);
});
