import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { HttpHandler } from '../../../domain/port/http.ts';
import { raw, serve, socketPath } from './serving.ts';

const echo: HttpHandler = async ({ method, path, query, body }) => ({
  status: 200,
  body: { method, path, query, body },
});

/** Writes these pieces one after the other, with a pause between, and gives the answer's body. */
const ask = async (path: string, pieces: ReadonlyArray<string>, pauseMs = 20): Promise<unknown> => {
  const socket = connect(path);
  let heard = '';
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('utf8');
  });
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(pauseMs);
  }
  if (!socket.closed) await once(socket, 'close');
  return heard.startsWith('HTTP/1.1 200 OK\r\n')
    ? JSON.parse(heard.slice(heard.indexOf('\r\n\r\n')).replace(/^\s*[0-9a-f]+\r\n(?={)/, ''))
    : heard;
};

const line = 'POST /v1/add?a=b HTTP/1.1\r\nhost: agent\r\n';
const whole = `${line}content-length: 9\r\n\r\n{"c":"d"}`;
const answer = { method: 'POST', path: '/v1/add', query: { a: 'b' }, body: { c: 'd' } };

const directly = 'GET / HTTP/1.1\r\nhost: agent\r\n\r\n';
const handedOver = 'GET / HTTP/1.1\r\nhost: agent\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';

test('a request is answered alike, however it comes', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, echo);
  t.deepEqual(await ask(path, [whole]), answer, 'at once');
  t.deepEqual(await ask(path, [whole.slice(0, 10), whole.slice(10, -1), '}']), answer, 'in pieces');
  t.deepEqual(await ask(path, ['', whole], 1200), answer, 'after a long silence');
  const chunks = '9\r\n{"c":"d"}\r\n0\r\n\r\n';
  t.deepEqual(await ask(path, [`${line}transfer-encoding: chunked\r\n\r\n${chunks}`]), answer, 'in chunks');
});

test('an answer says how long it is, of what kind, when it was made, and that it is the last', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, async () => ({ status: 404, body: 'é' }));
  const heard = await raw(path, 'GET / HTTP/1.1\r\nhost: agent\r\n\r\n');
  const [head = '', body] = heard.split('\r\n\r\n');
  const [status, ...headers] = head.split('\r\n');
  t.is(status, 'HTTP/1.1 404 Not Found');
  t.is(body, '"é"');
  const names = ['server-timing', 'content-type', 'content-length', 'connection', 'date'];
  t.deepEqual(
    headers.map((header) => header.replace(/:.*/, '')),
    names,
    'Node writes Date: it was not answered directly',
  );
  t.true(headers.includes('content-length: 4'));
  t.true(headers.includes('connection: close'));
});

test('a request that does not become whole is given up, in words', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, echo);
  for (const heard of await Promise.all([raw(path, line), raw(path, whole.slice(0, -1))]))
    t.regex(heard, /^HTTP\/1\.1 400 .*not whole within 10000 ms/s);
});

test('an answer that cannot be written is a defect, and the client hears so', async (t) => {
  const path = await socketPath(t);
  const defects: unknown[] = [];
  await serve(t, path, async () => ({ status: 200, body: { n: 1n } }), defects);
  for (const heard of await Promise.all([raw(path, directly), raw(path, handedOver)]))
    t.regex(heard, /^HTTP\/1\.1 500 .*a defect of the agent/s);
  t.is(defects.length, 2);
});

test('a client that ends its side has hung up', async (t) => {
  const path = await socketPath(t);
  let gone: AbortSignal | undefined;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  await serve(t, path, async (request) => {
    gone = request.gone;
    gone.addEventListener('abort', () => resolve());
    await aborted;
    return { status: 200, body: 'nobody hears it' };
  });
  const socket = connect(path);
  socket.end('GET / HTTP/1.1\r\nhost: agent\r\n\r\n');
  await aborted;
  t.true(gone?.aborted);
});

/** What an answer was told, in order; `after` is the last. */
const tells = (during: () => void) => {
  const told: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const handler: HttpHandler = async () => {
    during();
    return {
      status: 200,
      body: 'done',
      unheard: () => told.push('unheard'),
      after: () => {
        told.push('after');
        resolve();
      },
    };
  };
  return { told, ended, handler };
};

for (const [how, request] of Object.entries({ directly, 'by Node’s server': handedOver })) {
  test(`an answer that its client does not wait for is told so, ${how}`, async (t) => {
    const path = await socketPath(t);
    /** This thread hears nothing until then, so only the write tells it that the client is gone. */
    const { told, ended, handler } = tells(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    });
    await serve(t, path, handler);
    const client = spawn(process.execPath, [
      '-e',
      `require('node:net').connect(process.argv[1]).write(process.argv[2], () => process.exit())`,
      path,
      request,
    ]);
    const exited = once(client, 'exit');
    await ended;
    t.deepEqual(told, ['unheard', 'after']);
    await exited;
  });

  test(`an answer that its client reads is not, ${how}`, async (t) => {
    const path = await socketPath(t);
    const { told, ended, handler } = tells(() => undefined);
    await serve(t, path, handler);
    t.regex(await raw(path, request), /"done"/);
    await ended;
    t.deepEqual(told, ['after']);
  });
}

test('nor is one whose client closes as soon as it has read it', async (t) => {
  const path = await socketPath(t);
  const told: string[] = [];
  await serve(t, path, async () => ({ status: 200, body: 'done', unheard: () => told.push('unheard') }));
  const client = spawn(process.execPath, [
    '-e',
    `const ask = (left) => {
      const socket = require('node:net').connect(process.argv[1]);
      socket.write(process.argv[2]);
      socket.once('data', () => socket.destroy());
      socket.once('close', () => left > 1 && ask(left - 1));
    };
    ask(500);`,
    path,
    directly,
  ]);
  const [code] = await once(client, 'exit');
  t.is(code, 0);
  t.deepEqual(told, []);
});

test('an answer that has no text is told that nobody hears it', async (t) => {
  const path = await socketPath(t);
  const told: string[] = [];
  await serve(
    t,
    path,
    async () => ({ status: 200, body: { n: 1n }, unheard: () => told.push('unheard') }),
    [],
  );
  t.regex(await raw(path, directly), /^HTTP\/1\.1 500 /);
  t.deepEqual(told, ['unheard']);
});
