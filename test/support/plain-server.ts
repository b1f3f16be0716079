import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

const withoutConnection = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== ':status' && !name.startsWith('connection')),
  );

/**
 * A server that knows nothing but EventStoreDB's own methods, which another one answers behind it. Ends with the test; `refused` are the paths that it did not know.
 */
export const plainServer = async (
  t: ExecutionContext,
  behind: number,
): Promise<{ readonly port: number; readonly refused: ReadonlyArray<string> }> => {
  const refused: string[] = [];
  const session = connect(`http://127.0.0.1:${behind}`);
  session.on('error', () => undefined);
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const path = String(headers[':path']);
    stream.on('error', () => undefined);
    if (!path.startsWith('/event_store.')) {
      refused.push(path);
      const status = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' };
      stream.respond(status, { endStream: true });
      return;
    }
    const call = session.request(headers);
    call.on('error', () => undefined);
    stream.on('aborted', () => call.close(8));
    let trailers: IncomingHttpHeaders = {};
    call.on('response', (answer) => {
      const status = answer[':status'] ?? 200;
      if ('grpc-status' in answer) {
        stream.respond({ ...withoutConnection(answer), ':status': status }, { endStream: true });
        return;
      }
      stream.respond({ ...withoutConnection(answer), ':status': status }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(withoutConnection(trailers)));
      call.on('trailers', (said) => {
        trailers = said;
      });
      call.pipe(stream);
    });
    stream.pipe(call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, refused };
};
