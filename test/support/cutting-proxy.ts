import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export type CuttingProxy = {
  readonly port: number;
  /** Ends every connection, as a pulled cable does when somebody notices. */
  readonly cut: () => void;
  /** What the server says gets lost from now on, or does not any more; what is said to it arrives. */
  readonly deafen: (deaf: boolean) => void;
  /** The same from when a client has said this. */
  readonly deafenAt: (said: string) => void;
  /** Nothing passes any more on the connections that there are, and nobody is told; new ones are as they should be. */
  readonly silence: () => void;
  /** New connections are refused from now on, or are not any more. */
  readonly refuse: (refusing: boolean) => void;
};

/** Stands between a client and the server of a port of this machine; ends with the test. */
export const cuttingProxy = async (t: ExecutionContext, target: number): Promise<CuttingProxy> => {
  const sockets = new Set<Socket>();
  let [deaf, refusing] = [false, false];
  let deafAt: string | undefined;
  const joined = (one: Socket, other: Socket, forward: (bytes: Buffer) => void): void => {
    sockets.add(one);
    one.on('data', forward);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      sockets.delete(one);
      other.destroy();
    });
  };
  const silent = new Set<Socket>();
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    joined(client, upstream, (bytes) => {
      if (deafAt !== undefined && bytes.includes(deafAt)) deaf = true;
      if (!silent.has(client)) upstream.write(bytes);
    });
    joined(upstream, client, (bytes) => {
      if (!deaf && !silent.has(upstream)) client.write(bytes);
    });
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    cut();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    deafen: (now) => {
      deaf = now;
    },
    deafenAt: (said) => {
      deafAt = said;
    },
    silence: () => {
      for (const socket of sockets) silent.add(socket);
    },
    refuse: (now) => {
      refusing = now;
    },
  };
};
