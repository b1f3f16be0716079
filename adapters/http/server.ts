import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { either as E } from 'fp-ts';
import type { HttpHandler } from '../../domain/port/http.ts';
import type { Server } from './answering.ts';
import { answeringDirectly } from './directly.ts';

export type ServeFailure =
  | { readonly type: 'socket-in-use'; readonly path: string }
  | { readonly type: 'socket-failed'; readonly path: string; readonly reason: string };

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Refuses a socket that another process answers on. To be asked before anything else is begun: `serveUnix` comes late. */
export const unserved = async (path: string): Promise<E.Either<ServeFailure, undefined>> =>
  (await answers(path)) ? E.left({ type: 'socket-in-use', path }) : E.right(undefined);

/** Whether something other than a socket has the name: it is not ours to remove. */
const isTaken = (path: string): Promise<boolean> =>
  lstat(path).then(
    (there) => !there.isSocket(),
    () => false,
  );

/**
 * Serves HTTP/JSON on a unix socket in a folder that only root may enter (0700). A socket that another process answers on is
 * refused; one that nobody answers on is left from a crash and replaced.
 */
export const serveUnix = async (
  path: string,
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): Promise<E.Either<ServeFailure, Server>> => {
  const free = await unserved(path);
  if (E.isLeft(free)) return free;
  const { server, close } = answeringDirectly(handler, onDefect);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { mode } = await stat(dirname(path));
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      const reason = `others may enter ${dirname(path)} (mode ${octal}): give the socket a folder of its own, mode 700`;
      return E.left({ type: 'socket-failed', path, reason });
    }
    if (await isTaken(path)) {
      return E.left({
        type: 'socket-failed',
        path,
        reason: 'something that is not a socket is there: it was left alone',
      });
    }
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: 1024 }, resolve);
    });
    await chmod(path, 0o600);
  } catch (error) {
    return E.left({
      type: 'socket-failed',
      path,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
  return E.right({ close });
};
