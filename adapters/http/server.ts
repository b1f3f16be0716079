import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { either as E } from 'fp-ts';
import type { HttpAnswer, HttpHandler } from '../../domain/port/http.ts';

export type ServeFailure =
  | { readonly type: 'socket-in-use'; readonly path: string }
  | { readonly type: 'socket-failed'; readonly path: string; readonly reason: string };

export type Server = {
  /** Takes no new request, waits for those under way (at most `graceMs`), removes the socket. */
  readonly close: (graceMs: number) => Promise<void>;
};

const maximumBody = 4 * 1024 * 1024;

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Refuses a socket that another process answers on. To be asked before anything else is begun: `serveUnix` comes late. */
export const unserved = async (path: string): Promise<E.Either<ServeFailure, undefined>> =>
  (await answers(path)) ? E.left({ type: 'socket-in-use', path }) : E.right(undefined);

const parsed = (text: string): E.Either<HttpAnswer, unknown> => {
  if (text === '') return E.right(undefined);
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left({ status: 400, body: { error: { msg: 'the body is not JSON' } } });
  }
};

const tooLarge: HttpAnswer = {
  status: 413,
  body: { error: { msg: `the body is larger than ${maximumBody} bytes` } },
};

/** The whole answer to bytes that are no request: there is none to answer to otherwise. */
const unintelligible = (reason: string): string => {
  const text = JSON.stringify({ error: { msg: `this is not an HTTP request: ${reason}` } });
  const head = ['HTTP/1.1 400 Bad Request', 'content-type: application/json', 'connection: close'];
  return [...head, `content-length: ${Buffer.byteLength(text)}`, '', text].join('\r\n');
};

const cutShort: HttpAnswer = {
  status: 400,
  body: { error: { msg: 'the request ended before its body did' } },
};

/** (Events: to iterate over the request takes three times as long.) */
const readBody = (request: IncomingMessage): Promise<E.Either<HttpAnswer, unknown>> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximumBody) resolve(E.left(tooLarge));
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(parsed(Buffer.concat(chunks).toString('utf8'))));
    request.once('error', () => resolve(E.left(cutShort)));
  });

/** `receivedAt`: when the request's first byte could be read, on the clock of `performance.now()`. */
const send = (response: ServerResponse, { status, body }: HttpAnswer, receivedAt: number): Promise<void> =>
  new Promise((resolve) => {
    const text = JSON.stringify(body);
    response.once('close', resolve);
    response.writeHead(status, {
      // Server Timing (W3C): milliseconds from the connection to the answer.
      'server-timing': `total;dur=${(performance.now() - receivedAt).toFixed(3)}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    });
    response.end(text);
  });

/** Whether something other than a socket has the name: it is not ours to remove. */
const isTaken = (path: string): Promise<boolean> =>
  lstat(path).then(
    (there) => !there.isSocket(),
    () => false,
  );

/**
 * Serves HTTP/JSON on a unix socket in a folder that only root may enter (0700). A socket that another process answers on is
 * refused; one that nobody answers on is left from a crash and replaced. A defect in the handler becomes status 500.
 */
export const serveUnix = async (
  path: string,
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): Promise<E.Either<ServeFailure, Server>> => {
  const free = await unserved(path);
  if (E.isLeft(free)) return free;
  const underWay = new Set<Promise<void>>();
  const connectedAt = new WeakMap<object, number>();

  const serveOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const receivedAt = connectedAt.get(request.socket) ?? performance.now();
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    try {
      const body = await readBody(request);
      const answer = E.isLeft(body)
        ? body.left
        : await handler({
            method: request.method ?? 'GET',
            path,
            query: Object.fromEntries(new URLSearchParams(query)),
            body: body.right,
            gone: gone.signal,
          });
      if (!gone.signal.aborted) await send(response, answer, receivedAt);
      answer.after?.();
    } catch (error) {
      onDefect(error);
      if (!response.headersSent && !gone.signal.aborted) {
        const body = { error: { msg: 'a defect of the agent; its log has the reason' } };
        await send(response, { status: 500, body }, receivedAt);
      }
    }
  };

  const server = createServer((request, response) => {
    const task = serveOne(request, response);
    underWay.add(task);
    void task.finally(() => underWay.delete(task));
  });
  server.requestTimeout = 10_000;
  server.on('clientError', (error, socket) => {
    // A client that is gone hears nothing; one that is there hears why.
    if (socket.writable) socket.end(unintelligible(error.message));
  });
  server.on('connection', (socket) => connectedAt.set(socket, performance.now()));

  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { mode } = await stat(dirname(path));
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      const reason = `others may enter ${dirname(path)} (mode ${octal}): give the socket a folder of its own, mode 700`;
      return E.left({ type: 'socket-failed', path, reason });
    }
    if (await isTaken(path)) {
      return E.left({
        type: 'socket-failed',
        path,
        reason: 'something that is not a socket is there: it was left alone',
      });
    }
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: 1024 }, resolve);
    });
    await chmod(path, 0o600);
  } catch (error) {
    return E.left({
      type: 'socket-failed',
      path,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
  return E.right({
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([Promise.allSettled([...underWay]), grace]);
      server.closeAllConnections();
      await closed;
    },
  });
};
