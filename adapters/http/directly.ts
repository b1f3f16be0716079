import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { HttpHandler } from '../../domain/port/http.ts';
import { answering, closing, type Server } from './answering.ts';
import { exchange, parsed } from './exchange.ts';
import { statusText } from './node-http.ts';
import { type ShortRequest, shortRequest } from './short-request.ts';

/** Who has said nothing for so long is left to Node's server, which has patience and its limits. */
const firstWordMs = 1000;

/**
 * As `answering`, for a socket on which most requests come whole and plain: these are read and answered here, which takes a third of
 * a millisecond less than Node's own server. Everything else is handed to that one as it came, so there is one place that knows HTTP.
 */
export const answeringDirectly = (
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): { readonly server: NetServer } & Server => {
  const whole = answering(handler, onDefect);
  const underWay = new Set<Promise<void>>();
  const sockets = new Set<Socket>();

  const answerTo = (socket: Socket, { method, target, text }: ShortRequest, receivedAt: number) => {
    const gone = new AbortController();
    let left = false;
    // A client that ends its side has hung up, as for Node's server; what it says besides is passed over.
    socket.on('data', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (!left) gone.abort();
    });
    return exchange(handler, onDefect, {
      method,
      target,
      body: async () => parsed(text),
      gone: gone.signal,
      receivedAt,
      send: ({ status, headers, text: answer }) =>
        new Promise((resolve) => {
          const lines = Object.entries({ ...headers, date: new Date().toUTCString() });
          const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          socket.once('close', resolve);
          // Whoever has read it may close before we do.
          socket.write(`HTTP/1.1 ${status} ${statusText(status)}\r\n${head}\r\n${answer}`, (error) => {
            left = error === undefined || error === null;
          });
          socket.destroySoon();
        }),
    });
  };

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const receivedAt = performance.now();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const broken = (): void => void socket.destroy();
    const handOver = (bytes?: Buffer): void => {
      socket.removeAllListeners('data').removeAllListeners('timeout').removeListener('error', broken);
      socket.setTimeout(0);
      socket.pause();
      if (bytes !== undefined) socket.unshift(bytes);
      whole.adopt(socket, receivedAt);
    };
    socket.on('error', broken);
    socket.setTimeout(firstWordMs, () => handOver());
    socket.once('data', (bytes: Buffer) => {
      const request = shortRequest(bytes);
      if (request === undefined) return handOver(bytes);
      socket.setTimeout(0);
      const task = answerTo(socket, request, receivedAt);
      underWay.add(task);
      void task.finally(() => underWay.delete(task));
    });
  });

  return {
    server,
    close: closing(
      server,
      () => [...underWay, ...whole.underWay()],
      () => {
        for (const socket of sockets) socket.destroy();
      },
    ),
  };
};
