import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';

type Program = { readonly execPath: string; readonly execArgv: string[] };

const start = (
  t: ExecutionContext,
  runtime: Program,
  program: string,
  args: ReadonlyArray<string>,
): ChildProcess => {
  const child = fork(new URL(program, import.meta.url), [...args], {
    ...runtime,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  t.teardown(() => {
    child.kill('SIGKILL');
  });
  return child;
};

/** Runs a program of this folder with the same node; it is killed with the test if it still lives then. */
export const startChild = (
  t: ExecutionContext,
  program: string,
  ...args: ReadonlyArray<string>
): ChildProcess => start(t, { execPath: process.execPath, execArgv: [] }, program, args);

/** The same, for which no file takes more than so many bytes (setrlimit(2), RLIMIT_FSIZE): of what goes beyond only the part before is written. */
export const startChildWithin = (
  t: ExecutionContext,
  fileBytes: number,
  program: string,
  ...args: ReadonlyArray<string>
): ChildProcess =>
  start(t, { execPath: 'prlimit', execArgv: [`--fsize=${fileBytes}`, process.execPath] }, program, args);

/** Ends it as a power cut of the process would: nothing of it runs any more. */
export const killHard = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};
