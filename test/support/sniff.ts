import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Netns } from './netns.ts';
import { eventually } from './node.ts';

const script = join(import.meta.dirname, 'raw-socket.ts');

const start = ({ name }: Netns, ...args: ReadonlyArray<string>): ChildProcessWithoutNullStreams => {
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, script, ...args]);
  child.stderr.pipe(process.stderr);
  return child;
};

const finish = async (child: ChildProcessWithoutNullStreams): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

type Teardown = { readonly teardown: (undo: () => unknown) => void };

/** Everything that arrives at an interface from now on. */
export type Sniffer = {
  readonly has: (frame: Buffer) => boolean;
  /** Whether any frame had this text in it: routers change the rest. */
  readonly hasText: (text: string) => boolean;
  /** Resolves when the frame has arrived; fails after ten seconds. */
  readonly hears: (frame: Buffer) => Promise<void>;
};

export const sniff = async (t: Teardown, where: Netns, ifname: string): Promise<Sniffer> => {
  const child = start(where, 'listen', ifname);
  t.teardown(() => finish(child));
  const heard = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (line) => heard.add(line));
  const has: Sniffer['has'] = (frame) => heard.has(frame.toString('hex'));
  await eventually(`the sniffer on ${ifname} listens`, async () => (heard.has('ready') ? true : undefined));
  return {
    has,
    hasText: (text) => [...heard].some((line) => line.includes(Buffer.from(text).toString('hex'))),
    hears: async (frame) => {
      await eventually(`${ifname} hears ${frame.toString('hex')}`, async () =>
        has(frame) ? true : undefined,
      );
    },
  };
};

/** Sends frames as they are, in this order. */
export const sendFrames = async (
  from: Netns,
  frames: ReadonlyArray<Buffer>,
  ifname = 'eth0',
): Promise<void> => {
  const child = start(from, 'send', ifname);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stdin.end(frames.map((frame) => `${frame.toString('hex')}\n`).join(''));
  await once(child, 'close');
  if (out !== 'sent\n'.repeat(frames.length)) throw new Error(`not all frames were sent: ${out}`);
};

/**
 * Sends these frames, begun before the interface is there, from its first moment on. Stopped when another thousand of them went
 * out.
 */
export const flood = async (
  t: Teardown,
  from: Netns,
  frames: ReadonlyArray<Buffer>,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const child = start(from, 'flood', 'eth0', ...frames.map((frame) => frame.toString('hex')));
  t.teardown(() => finish(child));
  let lines = 0;
  createInterface({ input: child.stdout }).on('line', () => {
    lines += 1;
  });
  await eventually('the flood is ready', async () => (lines > 0 ? true : undefined));
  return {
    stop: async () => {
      const before = lines;
      await eventually('frames go out', async () => (lines > before ? true : undefined));
      await finish(child);
    },
  };
};
