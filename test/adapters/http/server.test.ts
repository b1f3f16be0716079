import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import type { Server } from '../../../adapters/http/answering.ts';
import { connectAgent } from '../../../adapters/http/client.ts';
import { serveUnix } from '../../../adapters/http/server.ts';
import type { HttpHandler, HttpRequest } from '../../../domain/port/http.ts';
import { gate, post, raw, serve, socketPath } from './serving.ts';

const hello: HttpHandler = async () => ({ status: 200, body: 'hello' });

test('the handler sees method, path, query and body; the client sees status and body', async (t) => {
  const path = await socketPath(t);
  const asked: Omit<HttpRequest, 'gone'>[] = [];
  await serve(t, path, async ({ gone: _, ...request }) => {
    asked.push(request);
    return { status: 409, body: { error: 'ü' } };
  });
  const answered = await connectAgent(path).call('POST', '/v1/add?from=1&to=%C3%BC', { ask: 'ö' }, 5000)();
  t.deepEqual(answered, E.right({ status: 409, body: { error: 'ü' } }));
  t.deepEqual(asked, [
    { method: 'POST', path: '/v1/add', query: { from: '1', to: 'ü' }, body: { ask: 'ö' } },
  ]);
});

test('the socket and its folder are for their owner alone', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, hello);
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is((await stat(join(path, '..'))).mode & 0o777, 0o700);
});

test('a folder that others may enter is refused, and its mode is left alone', async (t) => {
  const path = await socketPath(t);
  await mkdir(join(path, '..'));
  await chmod(join(path, '..'), 0o750);
  const served = await serveUnix(path, hello, () => undefined);
  t.like(served, { _tag: 'Left', left: { type: 'socket-failed', path } });
  t.true(E.isLeft(served) && served.left.type === 'socket-failed' && served.left.reason.includes('mode 750'));
  t.is((await stat(join(path, '..'))).mode & 0o777, 0o750);
});

test('a socket that another process answers on is refused and goes on answering', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, hello);
  t.deepEqual(await serveUnix(path, hello, () => undefined), E.left({ type: 'socket-in-use', path }));
  t.deepEqual(
    await connectAgent(path).call('GET', '/', undefined, 5000)(),
    E.right({ status: 200, body: 'hello' }),
  );
});

test('a socket that a killed process left is replaced', async (t) => {
  const path = await socketPath(t);
  await mkdir(join(path, '..'), { mode: 0o700 });
  const listen = "require('net').createServer().listen(process.argv[1], () => console.log('listening'))";
  const child = spawn(process.execPath, ['-e', listen, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  t.true((await stat(path)).isSocket(), 'it was left behind');
  await serve(t, path, hello);
  t.true(E.isRight(await connectAgent(path).call('GET', '/', undefined, 5000)()));
});

test('a client that hangs up before its answer aborts the request', async (t) => {
  const path = await socketPath(t);
  const [asked, gone] = [gate(), gate()];
  await serve(t, path, async (request) => {
    request.gone.addEventListener('abort', gone.open);
    asked.open();
    await gone.opened;
    return { status: 200, body: 'nobody hears it' };
  });
  const socket = connect(path);
  socket.write('GET / HTTP/1.1\r\nhost: agent\r\n\r\n');
  await asked.opened;
  socket.destroy();
  await gone.opened;
  t.pass();
});

test('a client that has its answer aborts nothing', async (t) => {
  const path = await socketPath(t);
  let signal: AbortSignal | undefined;
  await serve(t, path, async ({ gone }) => {
    signal = gone;
    return { status: 200, body: 'hello' };
  });
  t.true((await raw(path, 'GET / HTTP/1.1\r\nhost: agent\r\n\r\n')).endsWith('"hello"'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.false(signal?.aborted);
});

test('closing takes nothing new, waits for what is under way, and removes the socket', async (t) => {
  const path = await socketPath(t);
  const [asked, answer] = [gate(), gate()];
  const server: Server = await serve(t, path, async () => {
    asked.open();
    await answer.opened;
    return { status: 200, body: 'late' };
  });
  const waiting = connectAgent(path).call('GET', '/', undefined, 5000)();
  await asked.opened;
  let isClosed = false;
  const closed = server.close(5000).then(() => {
    isClosed = true;
  });
  t.like(await connectAgent(path).call('GET', '/', undefined, 5000)(), { _tag: 'Left' });
  t.false(isClosed);
  answer.open();
  t.deepEqual(await waiting, E.right({ status: 200, body: 'late' }));
  await closed;
  await t.throwsAsync(stat(path), { code: 'ENOENT' });
});

test('who was connected before the closing and asks meanwhile is answered', async (t) => {
  const path = await socketPath(t);
  const [asked, askedToo, answer, answerToo] = [gate(), gate(), gate(), gate()];
  const server = await serve(t, path, async ({ path: wanted }) => {
    const [begun, end] = wanted === '/first' ? [asked, answer] : [askedToo, answerToo];
    begun.open();
    await end.opened;
    return { status: 200, body: wanted };
  });
  const late = connect(path);
  await once(late, 'connect');
  let heard = '';
  late.on('data', (bytes: Buffer) => {
    heard += bytes.toString('utf8');
  });
  const first = connectAgent(path).call('GET', '/first', undefined, 5000)();
  await asked.opened;
  const closed = server.close(5000);
  late.write('GET /late HTTP/1.1\r\nhost: agent\r\n\r\n');
  await askedToo.opened;
  answer.open();
  t.deepEqual(await first, E.right({ status: 200, body: '/first' }));
  answerToo.open();
  await once(late, 'close');
  t.true(heard.endsWith('"/late"'), heard);
  await closed;
});

test('closing waits no longer than its grace', async (t) => {
  const path = await socketPath(t);
  const [asked, answer] = [gate(), gate()];
  const server = await serve(t, path, async () => {
    asked.open();
    await answer.opened;
    return { status: 200, body: 'too late' };
  });
  const waiting = connectAgent(path).call('GET', '/', undefined, 20_000)();
  await asked.opened;
  await server.close(50);
  t.like(await waiting, { _tag: 'Left', left: { type: 'agent-hung-up' } });
  answer.open();
});

test('a body that is no JSON is refused, and the handler is not asked', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, () => {
    throw new Error('it was asked');
  });
  const heard = await raw(path, ...post('{"ask": '));
  t.regex(heard, /^HTTP\/1\.1 400 /);
  t.true(heard.endsWith('{"error":{"msg":"the body is not JSON"}}'));
});

test('a body over the limit is refused, and the handler is not asked', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, () => {
    throw new Error('it was asked');
  });
  const heard = await raw(path, ...post(Buffer.alloc(4 * 1024 * 1024 + 1, ' ')));
  t.regex(heard, /^HTTP\/1\.1 413 /);
  t.true(heard.endsWith('{"error":{"msg":"the body is larger than 4194304 bytes"}}'));
});

test('a defect in the handler is told to the journal, and the next request is answered', async (t) => {
  const path = await socketPath(t);
  const defects: unknown[] = [];
  let asked = 0;
  const handler: HttpHandler = async () => {
    asked += 1;
    if (asked === 1) throw new TypeError('a defect');
    return { status: 200, body: 'hello' };
  };
  await serve(t, path, handler, defects);
  const ask = connectAgent(path).call('GET', '/', undefined, 5000);
  t.like(await ask(), { _tag: 'Right', right: { status: 500 } });
  t.like(await ask(), { _tag: 'Right', right: { status: 200 } });
  t.deepEqual(defects.map(String), ['TypeError: a defect']);
});

test('what is no HTTP is refused, and the server goes on', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, hello);
  t.regex(await raw(path, 'ADD c1 /run/netns/c1\r\n\r\n'), /^HTTP\/1\.1 400 /);
  t.true(E.isRight(await connectAgent(path).call('GET', '/', undefined, 5000)()));
});

test('a file of somebody else’s in the place of the socket is left alone', async (t) => {
  const path = await socketPath(t);
  await mkdir(join(path, '..'), { mode: 0o700 });
  await writeFile(path, 'kept');
  t.like(await serveUnix(path, hello, () => undefined), {
    _tag: 'Left',
    left: { type: 'socket-failed', path },
  });
  t.is(await readFile(path, 'utf8'), 'kept');
});

test('a path that is no URL reaches the handler as it is', async (t) => {
  const path = await socketPath(t);
  await serve(t, path, async (request) => ({ status: 404, body: request.path }));
  for (const target of ['//', '//a:b', '/%', '*'])
    t.true(
      (await raw(path, `OPTIONS ${target} HTTP/1.1\r\nhost: agent\r\n\r\n`)).endsWith(JSON.stringify(target)),
    );
});

test('a thing at the path that cannot be listened beside is a failure in words', async (t) => {
  const path = join(await socketPath(t), 'x'.repeat(120));
  const listening = createServer();
  t.teardown(() => listening.close());
  const served = await serveUnix(path, hello, () => undefined);
  t.like(served, { _tag: 'Left', left: { type: 'socket-failed', path } });
});
