import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';

/** Runs a program of this folder with the same node; it is killed with the test if it still lives then. */
export const startChild = (
  t: ExecutionContext,
  program: string,
  ...args: ReadonlyArray<string>
): ChildProcess => {
  const child = fork(new URL(program, import.meta.url), [...args], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  t.teardown(() => {
    child.kill('SIGKILL');
  });
  return child;
};

/** Ends it as a power cut of the process would: nothing of it runs any more. */
export const killHard = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};
