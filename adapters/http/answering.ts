import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as NetServer, Socket } from 'node:net';
import { either as E } from 'fp-ts';
import type { HttpAnswer, HttpHandler } from '../../domain/port/http.ts';
import { exchange, parsed, type Written } from './exchange.ts';
import { createServer } from './node-http.ts';

export type Server = {
  /** Takes no new connection, waits for the requests under way (at most `graceMs`); a unix socket is removed. */
  readonly close: (graceMs: number) => Promise<void>;
};

/** For a request to be whole. */
const requestWithinMs = 10_000;

const maximumBody = 4 * 1024 * 1024;

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

const send = (response: ServerResponse, { status, headers, text }: Written): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(status, headers);
    response.end(text);
  });

/**
 * How a server of requests is closed: it takes no new connection, and whatever is left behind the grace is cut off. Who was connected
 * before may say only now what is wanted; what is begun for it is waited for like the rest.
 */
export const closing =
  (server: NetServer, underWay: () => ReadonlyArray<Promise<void>>, cutOff: () => void): Server['close'] =>
  async (graceMs) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
    const done = async (): Promise<void> => {
      for (let left = underWay(); left.length > 0; left = underWay()) await Promise.allSettled(left);
    };
    await Promise.race([done(), grace]);
    cutOff();
    await closed;
  };

/** A server that listens nowhere yet, and how it is closed. */
export const answering = (
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): {
  readonly server: HttpServer;
  /** Takes a connection that came elsewhere at this time, with what it has said so far. */
  readonly adopt: (socket: Socket, receivedAt: number) => void;
  readonly underWay: () => ReadonlyArray<Promise<void>>;
} & Server => {
  const underWay = new Set<Promise<void>>();
  const connectedAt = new WeakMap<object, number>();
  const lateness = new WeakMap<object, NodeJS.Timeout>();

  const serveOne = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    return exchange(handler, onDefect, {
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      body: () => readBody(request),
      gone: gone.signal,
      receivedAt: connectedAt.get(request.socket) ?? performance.now(),
      send: (answer) => send(response, answer),
    });
  };

  const server = createServer((request, response) => {
    request.once('end', () => clearTimeout(lateness.get(request.socket)));
    const task = serveOne(request, response);
    underWay.add(task);
    void task.finally(() => underWay.delete(task));
  });
  server.requestTimeout = requestWithinMs;
  server.on('clientError', (error, socket) => {
    // A client that is gone hears nothing; one that is there hears why.
    if (socket.writable) socket.end(unintelligible(error.message));
  });
  server.on('connection', (socket) => {
    if (!connectedAt.has(socket)) connectedAt.set(socket, performance.now());
  });

  return {
    server,
    adopt: (socket, receivedAt) => {
      connectedAt.set(socket, receivedAt);
      // Node's server looks for late requests only while it listens itself.
      const late = setTimeout(() => {
        server.emit('clientError', new Error(`it was not whole within ${requestWithinMs} ms`), socket);
      }, requestWithinMs).unref();
      socket.once('close', () => clearTimeout(late));
      lateness.set(socket, late);
      server.emit('connection', socket);
      socket.resume();
    },
    underWay: () => [...underWay],
    close: closing(
      server,
      () => [...underWay],
      () => server.closeAllConnections(),
    ),
  };
};
