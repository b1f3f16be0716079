import { spawn } from 'node:child_process';

/**
 * Runs a program in a process group of its own and ends with its exit code. Ctrl-C goes to a terminal's whole group, and a tool that
 * it kills half-way leaves things behind; so only the program hears of it, as SIGTERM, and removes what it made.
 */
export const runDetached = (name: string, command: string, args: ReadonlyArray<string>): void => {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    console.error(`${name}: ${command} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
};
