import { execFile } from 'node:child_process';
import { either as E, type taskEither as TE } from 'fp-ts';
import type { FirewallFailure } from '../../domain/port/firewall.ts';

/**
 * A tool run as root is looked for in the system's own folders alone: `npm run` puts `node_modules/.bin` first on PATH,
 * and a package in there may bring a program of its own called `nft`.
 */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** What a shell and `nsenter` alike exit with when there is no such program. */
const noSuchProgram = 127;

const reasonOf = (error: Error & { readonly code?: unknown }, stderr: string): string => {
  if (error.code === 'ENOENT' || error.code === noSuchProgram)
    return 'nft is not installed: apt-get install --no-install-recommends nftables';
  // nft repeats the line of the script below its message: the message is what a person needs.
  return stderr.trim().split('\n')[0] || error.message;
};

/** Runs `nft` with a script on stdin, in the network namespace at `netns` or else in our own, and gives its output. */
export const nft =
  (
    netns: string | undefined,
    args: ReadonlyArray<string>,
    script: string,
  ): TE.TaskEither<FirewallFailure, string> =>
  () =>
    new Promise((resolve) => {
      const [tool, ...rest] =
        netns === undefined
          ? (['nft', ...args] as const)
          : (['nsenter', `--net=${netns}`, 'nft', ...args] as const);
      const child = execFile(
        tool,
        rest,
        { env: environment, timeout: 10_000, maxBuffer: 16 * 1024 * 1024 },
        (error, stdout, stderr) =>
          resolve(
            error === null
              ? E.right(stdout)
              : E.left({ type: 'firewall-failed', reason: reasonOf(error, stderr) }),
          ),
      );
      // nft may be gone before it has read all: its exit code says so better than EPIPE.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(script);
    });
