import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { either as E } from 'fp-ts';
import type { HttpAnswer, HttpHandler } from '../../domain/port/http.ts';
import { createServer } from './node-http.ts';

export type Server = {
  /** Takes no new request, waits for those under way (at most `graceMs`); a unix socket is removed. */
  readonly close: (graceMs: number) => Promise<void>;
};

const maximumBody = 4 * 1024 * 1024;

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
const send = (
  response: ServerResponse,
  { status, body, contentType }: HttpAnswer,
  receivedAt: number,
): Promise<void> =>
  new Promise((resolve) => {
    const text = contentType === undefined ? JSON.stringify(body) : String(body);
    response.once('close', resolve);
    response.writeHead(status, {
      // Server Timing (W3C): milliseconds from the connection to the answer.
      'server-timing': `total;dur=${(performance.now() - receivedAt).toFixed(3)}`,
      'content-type': contentType ?? 'application/json',
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    });
    response.end(text);
  });

/** A server that listens nowhere yet, and how it is closed. A defect in the handler becomes status 500. */
export const answering = (
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): { readonly server: HttpServer } & Server => {
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

  return {
    server,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([Promise.allSettled([...underWay]), grace]);
      server.closeAllConnections();
      await closed;
    },
  };
};
