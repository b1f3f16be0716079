import { spawn } from 'evio:runtime';
import * as os from 'quickjs:os';
import { either as E } from 'fp-ts';
import type { DelegateEnded, DelegateFailure, RunDelegate } from '../../domain/port/delegate.ts';
import { readPieces, writeAll } from './descriptor.ts';

/** signal(7), which quickjs:os does not name. */
const sigkill = 9;

const longestOutput = 1024 * 1024;

/** By errno of posix_spawn(3): execve(2). */
const wordsFor: Readonly<Record<number, string>> = {
  2: 'its interpreter is not there (ENOENT)',
  8: 'it is no program of this machine (ENOEXEC)',
  12: 'there is no memory (ENOMEM)',
  13: 'it may not be executed (EACCES)',
  26: 'it is being written (ETXTBSY)',
};

const endless = new Promise<never>(() => undefined);

/** All that `fd` brings; it is closed then. */
const readAll = (fd: number): Promise<E.Either<DelegateFailure, string>> =>
  new Promise((resolve) => {
    const decoder = new TextDecoder();
    let text = '';
    let length = 0;
    const end = (outcome: E.Either<DelegateFailure, string>): void => {
      os.close(fd);
      resolve(outcome);
    };
    const stop = readPieces(
      fd,
      (bytes) => {
        length += bytes.length;
        text += decoder.decode(bytes, { stream: true });
        if (bytes.length > 0 && length <= longestOutput) return 'more';
        stop();
        end(
          bytes.length > 0
            ? E.left({ type: 'too-long', most: longestOutput })
            : E.right(text + decoder.decode()),
        );
        return 'enough';
      },
      (reason) => end(E.left({ type: 'failed', reason })),
    );
  });

/** Resolves with wait(2)'s status once the process has ended: it has, or is about to, when its stdout has. */
const statusOf = (pid: number): Promise<number> =>
  new Promise((resolve) => {
    const look = (): void => {
      const [ended, status] = os.waitpid(pid, os.WNOHANG);
      if (ended === 0) setTimeout(look, 1);
      else resolve(status);
    };
    look();
  });

/** wait(2): the low seven bits are the signal that ended it, the next byte its exit code. */
const exitCodeOf = (status: number): Pick<DelegateEnded, 'exitCode'> =>
  (status & 0x7f) === 0 ? { exitCode: (status >> 8) & 0xff } : {};

export const runDelegate: RunDelegate =
  ({ path, environment, input }, giveUp) =>
  async () => {
    const started = spawn(
      path,
      Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    );
    if (typeof started === 'number') {
      const reason = wordsFor[-started] ?? `posix_spawn(3) failed with errno ${-started}`;
      return E.left({ type: 'failed', reason });
    }
    const [pid, stdin, stdout] = started;
    // One that does not read all of it is not to end us, and no failure of its own.
    os.signal(os.SIGPIPE, undefined);
    void writeAll(stdin, new TextEncoder().encode(input)).then(() => os.close(stdin));
    const givenUp = giveUp.then((): E.Either<DelegateFailure, never> => E.left({ type: 'given-up' }));
    const said = await Promise.race([readAll(stdout), givenUp]);
    if (E.isLeft(said)) os.kill(pid, sigkill);
    const status = await Promise.race([statusOf(pid), E.isLeft(said) ? endless : givenUp]);
    if (typeof status !== 'number') {
      os.kill(pid, sigkill);
      return status;
    }
    return E.isLeft(said) ? said : E.right({ ...exitCodeOf(status), stdout: said.right });
  };
