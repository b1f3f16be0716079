import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { jsonLine } from './json-line.ts';

export type Launch = {
  readonly id: number;
  /** Absolute path. */
  readonly program: string;
  readonly args?: ReadonlyArray<string>;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
};

export type Launched = {
  readonly id: number;
  /** From before the process is made until it has ended and all that it wrote is read. */
  readonly ms: number;
  /** Exit code; −1 when a signal ended it or it could not be started. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
};

/** Runs a program as a runtime runs a plugin: stdin, stdout and stderr are pipes, and nothing else in between. */
export type LaunchAndWait = (launch: Omit<Launch, 'id'>) => Promise<Launched>;

const bun = join(dirname(fileURLToPath(import.meta.resolve('bun/package.json'))), 'bin/bun.exe');

/**
 * A process of its own that starts all that is measured, ours and theirs alike: making a process costs the more the larger its
 * maker, and this one's other work does not blur its clock.
 */
export const startLauncher = (made: AsyncDisposableStack): LaunchAndWait => {
  const child = spawn(bun, [join(import.meta.dirname, 'launcher.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  made.defer(async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  });
  const waiting = new Map<number, PromiseWithResolvers<Launched>>();
  let gone: Error | undefined;
  child.once('exit', (code) => {
    gone = new Error(`the launcher ended with exit code ${code}`);
    for (const { reject } of waiting.values()) reject(gone);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const ended = JSON.parse(line) as Launched;
    waiting.get(ended.id)?.resolve(ended);
    waiting.delete(ended.id);
  });
  let id = 0;
  return (launch) => {
    if (gone !== undefined) return Promise.reject(gone);
    const answer = Promise.withResolvers<Launched>();
    id += 1;
    waiting.set(id, answer);
    child.stdin.write(jsonLine({ ...launch, id }));
    return answer.promise;
  };
};
