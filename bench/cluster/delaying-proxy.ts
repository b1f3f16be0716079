import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a port of this machine as if it were so far away: everything arrives half a round trip later, in order. */
export const delayingProxy = async (
  target: number,
  roundTripMs: number,
): Promise<AsyncDisposable & { readonly port: number }> => {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => setTimeout(() => to.write(bytes), roundTripMs / 2));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      setTimeout(() => to.destroy(), roundTripMs / 2);
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    carry(client, upstream);
    carry(upstream, client);
  });
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
