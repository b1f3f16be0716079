import { once } from 'node:events';
import { createServer, type ListenOptions, type Server } from 'node:net';

/**
 * Below the ports that the kernel gives to connections, and to listeners that name none (`net.ipv4.ip_local_port_range`), and above
 * those that fetch refuses (10080 is the last of the "bad ports").
 */
const lowest = 11_000;
const beyond = 32_768;

/** A server there that keeps no process alive; undefined where another listens. */
const listening = async (where: ListenOptions): Promise<Server | undefined> => {
  const server = createServer().unref().listen(where);
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  );
};

/**
 * A port of loopback that nothing listens on, that no connection is given by chance, and that no other process is told of by this
 * function while this one lives: also a server that is killed and started again finds it free. The claim is an abstract unix socket
 * named after the port (unix(7)), which ends with the process however that ends.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest));
    if ((await listening({ path: `\0evio-test-port-${port}` })) === undefined) continue;
    const probe = await listening({ host: '127.0.0.1', port });
    if (probe === undefined) continue;
    await once(probe.close(), 'close');
    return port;
  }
};
