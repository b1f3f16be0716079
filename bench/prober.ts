import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Resolves when the pod of this address has answered a packet from its host. */
export type Prober = (address: string) => Promise<void>;

const patienceMs = 10_000;

/** Starts `first-answer.ts` in the network namespace of this path, or in that of this process; once for all, since it takes long. */
export const startProber = (netns: string | undefined, made: AsyncDisposableStack): Prober => {
  const script = [process.execPath, join(import.meta.dirname, 'first-answer.ts')];
  const [program = '', ...args] = netns === undefined ? script : ['nsenter', `--net=${netns}`, ...script];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  made.defer(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  return async (address) => {
    const line = once(lines, 'line', { signal: AbortSignal.timeout(patienceMs) }).catch(() => {
      throw new Error(`the pod ${address} answered no packet within ${patienceMs} ms`);
    });
    child.stdin.write(`${address}\n`);
    await line;
  };
};
