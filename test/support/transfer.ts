import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';

/*
 * One TCP transfer between two network namespaces: `serve PORT` takes one connection and prints who sent how much;
 * `send ADDRESS PORT BYTES` sends random bytes and prints what it sent. Both print one JSON line.
 */
const print = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const serve = (port: number): void => {
  const server = createServer((socket) => {
    const hash = createHash('sha256');
    let bytes = 0;
    socket.on('data', (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    socket.on('end', () => {
      print({ from: socket.remoteAddress?.replace(/^::ffff:/, ''), bytes, sha256: hash.digest('hex') });
      socket.end();
      server.close();
    });
  });
  server.listen(port, () => print({ listening: port }));
};

const send = (address: string, port: number, bytes: number): void => {
  const content = randomBytes(bytes);
  const socket = connect({ host: address, port, timeout: 5000 });
  socket.on('timeout', () => socket.destroy(new Error('no progress for 5 s')));
  socket.on('error', (error) => {
    print({ error: error.message });
    process.exitCode = 1;
  });
  socket.on('connect', () => socket.end(content));
  socket.on('end', () => print({ bytes, sha256: createHash('sha256').update(content).digest('hex') }));
  socket.resume();
};

const [verb, ...args] = process.argv.slice(2);
if (verb === 'serve') serve(Number(args[0]));
else send(String(args[0]), Number(args[1]), Number(args[2]));
