import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Netns } from './netns.ts';
import { runToEnd } from './node.ts';

const script = join(import.meta.dirname, 'transfer.ts');

type Received = { readonly from: string; readonly bytes: number; readonly sha256: string };

/** A server in this namespace that takes one transfer. Resolves when it listens; what it received comes later. */
const listen = async (where: Netns, port: number): Promise<{ readonly received: Promise<Received> }> => {
  const child = spawn('ip', ['netns', 'exec', where.name, process.execPath, script, 'serve', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let listening = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const received = new Promise<Received>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('\n')) listening();
    });
    child.once('close', () => {
      const line = out.trim().split('\n')[1];
      if (line === undefined) reject(new Error(`nothing arrived in ${where.name}`));
      else resolve(JSON.parse(line) as Received);
    });
    setTimeout(() => child.kill(), 15_000).unref();
  });
  received.catch(() => undefined);
  await ready;
  return { received };
};

/** Sends so many bytes by TCP to a listener and compares what arrived; gives the sender as the listener saw it. */
export const transfer = async (
  from: Netns,
  to: Netns,
  target: { readonly address: string; readonly port: number; readonly listenOn: number },
  bytes: number,
): Promise<{ readonly seenAs: string; readonly ms: number }> => {
  const { received } = await listen(to, target.listenOn);
  const started = performance.now();
  const command = ['ip', 'netns', 'exec', from.name, process.execPath, script, 'send', target.address];
  const sent = await runToEnd([...command, String(target.port), String(bytes)]);
  if (sent.code !== 0)
    throw new Error(`the transfer to ${target.address}:${target.port} failed: ${sent.out}${sent.err}`);
  const arrived = await received;
  const { sha256 } = JSON.parse(sent.out) as Received;
  if (arrived.bytes !== bytes || arrived.sha256 !== sha256) {
    throw new Error(`${bytes} bytes were sent, ${arrived.bytes} arrived, or others`);
  }
  return { seenAs: arrived.from, ms: performance.now() - started };
};

/** Three pings, all answered; gives the fastest round trip in milliseconds. */
export const ping = async (from: Netns, address: string): Promise<number> => {
  const out = await from.exec('ping', '-c', '3', '-i', '0.1', '-W', '2', address);
  const fastest = /= ([\d.]+)\//.exec(out)?.[1];
  if (!out.includes(' 0% packet loss') || fastest === undefined)
    throw new Error(`${address} lost pings:\n${out}`);
  return Number(fastest);
};
