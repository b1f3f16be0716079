import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { serveTcp } from '../../../adapters/http/tcp.ts';
import type { HttpHandler } from '../../../domain/port/http.ts';
import { freePort } from '../../support/free-port.ts';

const host = '127.0.0.1';

const serve = async (t: ExecutionContext, handler: HttpHandler): Promise<number> => {
  const port = await freePort();
  const served = await serveTcp({ host, port }, handler, (error) => t.fail(String(error)));
  if (E.isLeft(served)) throw new Error(served.left.reason);
  t.teardown(() => served.right.close(0));
  return port;
};

test('a text goes out as what it is said to be, everything else as JSON', async (t) => {
  const port = await serve(t, async ({ path }) =>
    path === '/text'
      ? { status: 200, body: 'one\ntwo\n', contentType: 'text/plain; version=0.0.4' }
      : { status: 503, body: { ready: false } },
  );
  const text = await fetch(`http://${host}:${port}/text`);
  t.is(text.headers.get('content-type'), 'text/plain; version=0.0.4');
  t.is(await text.text(), 'one\ntwo\n');
  const json = await fetch(`http://${host}:${port}/`);
  t.is(json.status, 503);
  t.is(json.headers.get('content-type'), 'application/json');
  t.deepEqual(await json.json(), { ready: false });
});

test('an address that cannot be had is a failure that names it', async (t) => {
  const port = await serve(t, async () => ({ status: 200, body: {} }));
  const again = await serveTcp(
    { host, port },
    async () => ({ status: 200, body: {} }),
    () => undefined,
  );
  t.like(again, { left: { type: 'listen-failed', address: `${host}:${port}` } });
  t.regex(E.isLeft(again) ? again.left.reason : '', /EADDRINUSE/);
});

test('whoever opens connections and says nothing does not use up the files of the process', async (t) => {
  const port = await serve(t, async () => ({ status: 200, body: {} }));
  const sockets: Socket[] = [];
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  const closed = await new Promise<number>((resolve) => {
    let refused = 0;
    for (let opened = 0; opened < 70; opened += 1) {
      const socket = connect(port, host);
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        refused += 1;
        if (refused === 6) resolve(refused);
      });
    }
  });
  t.is(closed, 6);
});
