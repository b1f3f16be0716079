import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run.ts';

const root = resolve(import.meta.dirname, '../..');

export type CompiledPlugin = { readonly path: string; readonly remove: () => Promise<void> };

/** The plugin as `npm run build` makes it, in a folder of its own. */
export const compilePlugin = async (): Promise<CompiledPlugin> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-plugin-'));
  const path = join(folder, 'evio');
  await run(process.execPath, join(root, 'services/cni-plugin/build.ts'), path);
  return { path, remove: () => rm(folder, { recursive: true }) };
};

export type Ran = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
};

export type Running = {
  readonly signal: (name: NodeJS.Signals) => void;
  /** Whether another program runs for it now: the delegate of a plugin. */
  readonly hasChild: () => Promise<boolean>;
  readonly ended: Promise<Ran>;
};

/** Starts a program as a container runtime starts a plugin: this environment and nothing else of ours, this stdin. */
export const startPlugin = (
  path: string,
  environment: Readonly<Record<string, string>>,
  stdin: string,
  cwd = tmpdir(),
): Running => {
  const started = performance.now();
  const child = spawn(path, [], { env: environment, cwd });
  const ended = new Promise<Ran>((resolveRan, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString('utf8');
    });
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolveRan({ exitCode, stdout, stderr, elapsedMs: performance.now() - started }),
    );
  });
  // A plugin that ends without reading all of stdin is not the writer's failure.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  return {
    signal: (name) => child.kill(name),
    hasChild: async () => (await readFile(children, 'utf8').catch(() => '')).trim() !== '',
    ended,
  };
};

export const runPlugin = (
  path: string,
  environment: Readonly<Record<string, string>>,
  stdin: string,
  cwd?: string,
): Promise<Ran> => startPlugin(path, environment, stdin, cwd).ended;
