import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Server } from '../../../adapters/http/answering.ts';
import { serveUnix } from '../../../adapters/http/server.ts';
import type { HttpHandler } from '../../../domain/port/http.ts';

export const socketPath = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-server-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'run', 'agent.sock');
};

export const serve = async (
  t: ExecutionContext,
  path: string,
  handler: HttpHandler,
  defects: unknown[] = [],
): Promise<Server> => {
  const served = await serveUnix(path, handler, (error) => defects.push(error));
  if (E.isLeft(served)) throw new Error(JSON.stringify(served.left));
  t.teardown(() => served.right.close(0));
  return served.right;
};

/** Writes these bytes and gives all that comes back until the other side ends. */
export const raw = (path: string, ...parts: ReadonlyArray<string | Buffer>): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    const socket: Socket = connect(path);
    for (const part of parts) socket.write(part);
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('utf8');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });

export const post = (body: string | Buffer): ReadonlyArray<string | Buffer> => [
  `POST /v1/add HTTP/1.1\r\nhost: agent\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`,
  body,
];

export const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};
