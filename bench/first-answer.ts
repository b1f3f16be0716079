import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/*
 * Runs inside a node's network namespace. Each line of stdin is a pod's address; each is answered with a line as soon as the
 * pod has answered a packet: a connection to a port where nobody listens is refused by the pod's own kernel.
 */

const retryMs = 5;
const discardPort = 9;

const answered = (address: string): Promise<void> =>
  new Promise((resolve) => {
    const attempt = (): void => {
      const socket = connect({ host: address, port: discardPort });
      const again = setTimeout(attempt, retryMs);
      const finish = (): void => {
        clearTimeout(again);
        socket.destroy();
        resolve();
      };
      socket.once('connect', finish);
      socket.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') finish();
      });
    };
    attempt();
  });

for await (const address of createInterface({ input: process.stdin })) {
  await answered(address);
  process.stdout.write(`${address}\n`);
}
process.exit(0);
