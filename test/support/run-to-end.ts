import { spawn } from 'node:child_process';

/** What a program printed, and how it ended. */
export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** Runs a program to its end, whatever its exit code. */
export const runToEnd = (
  command: ReadonlyArray<string>,
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly cwd?: string } = {},
): Promise<Ended> =>
  new Promise((done, fail) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? -1, out, err }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
