import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program = resolve(import.meta.dirname, '../../dist/services/ledger/main.js');

const nursery = '--max-semi-space-size=16';

const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

export type BenchServer = AsyncDisposable & {
  readonly connection: string;
  /** The most resident memory that it ever had. */
  readonly peakMiB: () => Promise<number>;
};

/** `evio-ledger serve` on the log `ledger.db` of a folder; as it is installed, unless another `script` is named. */
export const startServer = async (folder: string, port: number, script = program): Promise<BenchServer> => {
  const listen = `127.0.0.1:${port}`;
  const flags = [
    '--log',
    join(folder, 'ledger.db'),
    '--listen',
    listen,
    '--insecure',
    '--config',
    join(folder, 'ledger.json'),
  ];
  const child = spawn(process.execPath, [nursery, script, 'serve', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('"message":"serving"')) break;
  }
  if (child.exitCode !== null) throw new Error(`evio-ledger did not start:\n${lines.join('\n')}`);
  child.stderr.resume();
  return {
    connection: `esdb://${listen}?tls=false`,
    peakMiB: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
};

/** A server that answers at once with what is ready (`constant.ts`): readings of so many events. */
export const startConstant = async (
  events: number,
): Promise<Pick<BenchServer, 'connection'> & AsyncDisposable> => {
  const program = join(import.meta.dirname, 'constant.ts');
  const child = spawn(process.execPath, [nursery, program, String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [port] = await once(lines, 'line');
  return { connection: `esdb://127.0.0.1:${port}?tls=false`, [Symbol.asyncDispose]: () => end(child) };
};
