import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { framed, rawCall, rawConnection } from './raw-call.ts';
import { appendTo, proposed, subscribeToAll } from './requests.ts';
import { startServer } from './server.ts';

const features = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';
const streams = '/event_store.client.streams.Streams';
const persistent = '/event_store.client.persistent_subscriptions.PersistentSubscriptions';

test('a method that is not served is unimplemented, in words', async (t) => {
  const called: string[] = [];
  const { server } = await startServer(t, {
    observer: { called: (path) => void called.push(path), appended: () => undefined, sent: () => undefined },
  });
  const session = rawConnection(t, server.port);
  const { trailers } = await rawCall(session, '/event_store.client.users.Users/Create', [
    framed(Buffer.alloc(0)),
  ]);
  // Whoever counts calls by their paths does not count those that anybody makes up.
  t.deepEqual(called, ['other']);
  t.is(trailers['grpc-status'], '12');
  t.regex(String(trailers['grpc-message']), /does not serve/);
});

test('persistent subscriptions: none are listed, and any other call says what to do instead', async (t) => {
  const { server } = await startServer(t);
  const session = rawConnection(t, server.port);
  const listed = await rawCall(session, `${persistent}/List`, [framed(Buffer.alloc(0))]);
  t.is(listed.trailers['grpc-status'], '0');
  t.deepEqual([...listed.body], [0, 0, 0, 0, 0]);
  const created = await rawCall(session, `${persistent}/Create`, [framed(Buffer.alloc(0))]);
  t.is(created.trailers['grpc-status'], '12');
  t.regex(String(created.trailers['grpc-message']), /subscribe to the stream/);
});

test('a message over the limit ends its call, and no other', async (t) => {
  const { server } = await startServer(t, { limits: { messageBytes: 1000 } });
  const session = rawConnection(t, server.port);
  const { trailers } = await rawCall(session, `${streams}/BatchAppend`, [framed(Buffer.alloc(1001))], {
    open: true,
  });
  t.is(trailers['grpc-status'], '8');
  t.regex(String(trailers['grpc-message']), /1001 bytes: 1000 are the most/);
  t.is((await rawCall(session, features, [framed(Buffer.alloc(0))])).trailers['grpc-status'], '0');
});

for (const [what, message] of [
  ['garbage', Buffer.from('ffffffffffff', 'hex')],
  ['a read without options', Buffer.alloc(0)],
  ['a stream without a name', Buffer.from('0a060a0028013200', 'hex')],
] as const)
  test(`${what} is an invalid argument`, async (t) => {
    const { server } = await startServer(t);
    const { trailers } = await rawCall(rawConnection(t, server.port), `${streams}/Read`, [framed(message)]);
    t.is(trailers['grpc-status'], '3');
  });

test('a call ends at its deadline', async (t) => {
  const { server } = await startServer(t);
  const { trailers } = await rawCall(rawConnection(t, server.port), `${streams}/Read`, [subscribeToAll()], {
    headers: { 'grpc-timeout': '100m' },
  });
  t.is(trailers['grpc-status'], '4');
});

test('a client that never ends its request is let go behind the status', async (t) => {
  const { server } = await startServer(t);
  const session = rawConnection(t, server.port);
  const answer = await rawCall(session, features, [], { open: true });
  t.is(answer.trailers['grpc-status'], '0');
  t.is(answer.resetBy, 0);
});

test('garbage ends its own connection, and is said at debug', async (t) => {
  const { server, said } = await startServer(t);
  const bystander = rawConnection(t, server.port);
  await rawCall(bystander, features, [framed(Buffer.alloc(0))]);
  const garbage = connect(server.port, '127.0.0.1');
  garbage.write(Buffer.alloc(4096, 0xff));
  garbage.resume();
  await once(garbage, 'close');
  t.true(said.some((line) => line.startsWith('debug a connection that does not speak HTTP/2')));
  t.is((await rawCall(bystander, features, [framed(Buffer.alloc(0))])).trailers['grpc-status'], '0');
});

test('HTTP/1 gets no answer and holds no connection', async (t) => {
  const { server } = await startServer(t);
  const error = await new Promise<Error>((resolve) => {
    request({ port: server.port, path: '/health/live' }).once('error', resolve).end();
  });
  t.truthy(error);
});

test('a connection over the limit is told so, and there is room again when one closes', async (t) => {
  const { server } = await startServer(t, { limits: { connections: 2 } });
  const [first, second, third] = [1, 2, 3].map(() => rawConnection(t, server.port));
  if (first === undefined || second === undefined || third === undefined) return t.fail();
  for (const session of [first, second])
    t.is((await rawCall(session, features, [framed(Buffer.alloc(0))])).trailers['grpc-status'], '0');
  const { trailers } = await rawCall(third, features, [framed(Buffer.alloc(0))]);
  t.is(trailers['grpc-status'], '8');
  t.regex(String(trailers['grpc-message']), /2 connections are open/);
  // One that asked nothing would be closed after ten seconds.
  const late = sleep(7000, 'late', { ref: false });
  if (!third.closed) t.not(await Promise.race([once(third, 'close'), late]), 'late');
  first.close();
  await once(first, 'close');
  while (server.connections() > 1) await sleep(5);
  const again = await rawCall(rawConnection(t, server.port), features, [framed(Buffer.alloc(0))]);
  t.is(again.trailers['grpc-status'], '0');
});

test('a client that is gone without a word is noticed by its silence', async (t) => {
  const { server } = await startServer(t, { limits: { vanishedMs: 200 } });
  const socket = connect(server.port, '127.0.0.1');
  // The preface and an empty SETTINGS frame; from then on no PING is answered.
  socket.write(
    Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from('000000040000000000', 'hex'),
    ]),
  );
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
  await once(socket, 'close');
  t.is(server.connections(), 0);
});

test('a connection on which nobody was let in is dropped, others are kept', async (t) => {
  const { server } = await startServer(t, { limits: { unknownMs: 1500 } });
  // One is let in before the other begins, whose time runs out behind the first one's then.
  const asking = rawConnection(t, server.port);
  await rawCall(asking, `${streams}/Append`, [appendTo('a'), proposed(randomUUID(), 'x')]);
  const silent = rawConnection(t, server.port);
  const dropped = once(silent, 'close');
  // What anybody may ask lets nobody in.
  await rawCall(silent, features, [framed(Buffer.alloc(0))]);
  await dropped;
  t.is(server.connections(), 1);
});

test('closing ends subscriptions, says so to clients, and ends every connection', async (t) => {
  const { server } = await startServer(t);
  const session = rawConnection(t, server.port);
  const goaway = once(session, 'goaway');
  const subscription = rawCall(session, `${streams}/Read`, [subscribeToAll()]);
  while (server.subscriptions() === 0) await sleep(5);
  await server.close(5000);
  t.is((await subscription).trailers['grpc-status'], '14');
  t.is((await goaway)[0], 0);
  t.is(server.subscriptions(), 0);
  t.is(server.connections(), 0);
});

test('an address that cannot be had is a failure in words', async (t) => {
  const { server } = await startServer(t);
  const error = await t.throwsAsync(startServer(t, { port: server.port }));
  t.regex(error?.message ?? '', /listen-failed.*EADDRINUSE/);
});
