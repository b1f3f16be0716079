import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { connect } from '../../../adapters/ovs/connection.ts';
import { openSwitch } from '../../../adapters/ovs/open.ts';

/** A peer on a real socket that does what ovsdb-server only does when it is in trouble. */
const listen = async (t: ExecutionContext, onSocket: (socket: Socket) => void): Promise<string> => {
  const path = join(tmpdir(), `evio-test-peer-${randomBytes(6).toString('hex')}.sock`);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(path, { force: true });
  });
  return path;
};

const open = async (socketPath: string, answerTimeoutMs: number) => {
  const ended: Array<string> = [];
  const closed = Promise.withResolvers<void>();
  const connection = await connect({
    socketPath,
    answerTimeoutMs,
    onNotification: () => undefined,
    onClosed: (reason) => {
      ended.push(reason);
      closed.resolve();
    },
  });
  if (E.isLeft(connection)) throw new Error(connection.left);
  return { ...connection.right, ended, closed: closed.promise };
};

test('an echo is answered with its own parameters', async (t) => {
  const echoed = Promise.withResolvers<string>();
  const path = await listen(t, (socket) => {
    socket.on('data', (bytes) => echoed.resolve(bytes.toString()));
    socket.write('{"id":"echo","method":"echo","params":["are you there?"]}');
  });
  const connection = await open(path, 1_000);
  t.deepEqual(JSON.parse(await echoed.promise), { id: 'echo', result: ['are you there?'], error: null });
  connection.close('done');
});

test('requests in flight fail when the connection drops', async (t) => {
  const path = await listen(t, (socket) => socket.on('data', () => socket.destroy()));
  const connection = await open(path, 1_000);
  const answers = await Promise.all([connection.request('a', []), connection.request('b', [])]);
  t.deepEqual(answers.map(E.isLeft), [true, true]);
  t.is(connection.ended.length, 1);
  t.true(E.isLeft(await connection.request('c', [])));
});

test('a request without an answer fails in time and gives the connection up', async (t) => {
  const path = await listen(t, () => undefined);
  const connection = await open(path, 50);
  t.deepEqual(await connection.request('transact', []), E.left('no answer to transact within 50 ms'));
  t.deepEqual(connection.ended, ['no answer to transact within 50 ms']);
});

for (const [what, bytes] of Object.entries({ 'no JSON-RPC': 'hello', 'no JSON': '{"id":}' }))
  test(`a peer that speaks ${what} is left`, async (t) => {
    const path = await listen(t, (socket) => socket.write(bytes));
    const connection = await open(path, 1_000);
    await connection.closed;
    t.is(connection.ended.length, 1);
    t.true(connection.ended[0]?.startsWith('not JSON'));
  });

test('a switch whose database never answers is unreachable, and says so', async (t) => {
  const path = await listen(t, () => undefined);
  const ovs = openSwitch({ socketPath: path, answerTimeoutMs: 50 });
  t.teardown(ovs.close);
  const reason = `${path}: no answer to monitor_cond within 50 ms`;
  t.deepEqual(await ovs.ports()(), E.left({ type: 'switch-unreachable', reason }));
});
