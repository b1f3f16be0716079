import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What came over the wire. */
export type Heard = { readonly method: string; readonly path: string; readonly body: unknown };

/** What goes back: an answer; or the connection cut before one, or within it; or nothing at all. */
export type Reply =
  | { readonly status: number; readonly body: unknown; readonly chunked?: boolean }
  | 'hang-up'
  | 'hang-up-in-the-middle'
  | 'silence';

/** The wire's other end: a real HTTP server on a unix socket that records what it hears. */
export type RecordingAgent = {
  readonly socket: string;
  readonly heard: ReadonlyArray<Heard>;
  readonly listen: () => Promise<void>;
  /** How many connections are open. */
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
};

const parsed = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));

/** Replies in the order of `replies`, and with the last of them from then on. It listens once told to. */
export const recordingAgent = (...replies: readonly [Reply, ...Reply[]]): RecordingAgent => {
  const socket = join(tmpdir(), `evio-agent-${randomBytes(4).toString('hex')}.sock`);
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = replies[Math.min(heard.length, replies.length - 1)];
      heard.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: parsed(Buffer.concat(chunks).toString('utf8')),
      });
      if (reply === undefined || reply === 'silence') return;
      if (reply === 'hang-up') return void request.socket.destroy();
      if (reply === 'hang-up-in-the-middle') {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{"result":', () => request.socket.destroy());
        return;
      }
      const text = JSON.stringify(reply.body);
      if (reply.chunked === true) {
        response.writeHead(reply.status);
        response.write(text.slice(0, 5), () => response.end(text.slice(5)));
      } else {
        response.statusCode = reply.status;
        response.end(text);
      }
    });
  });
  return {
    socket,
    heard,
    listen: () => new Promise((resolve) => server.listen(socket, resolve)),
    connections: () => promisify(server.getConnections.bind(server))(),
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      await rm(socket, { force: true });
    },
  };
};
