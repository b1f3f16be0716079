import * as os from 'quickjs:os';
import { either as E } from 'fp-ts';
import { errnoOf, reasonOf } from './descriptor.ts';

/** asm-generic/fcntl.h: so that a pipe without a writer is an empty file and nobody waits for it. */
const nonBlocking = 0o4000;

/** As strerror(3) has them; asm-generic/errno-base.h. */
const words: Readonly<Record<number, string>> = {
  2: 'no such file or directory',
  13: 'permission denied',
  20: 'not a directory',
  21: 'is a directory',
};

const longest = 64 * 1024;

/** The text of a small file, at most 64 KiB of it; left: what could not be done to it, and why, as Go says it. */
export const readText = (path: string): E.Either<string, string> => {
  let fd: number | undefined;
  try {
    const opened = os.open(path, os.O_RDONLY | nonBlocking);
    fd = opened;
    const buffer = new ArrayBuffer(longest);
    let length = 0;
    for (let more = -1; more !== 0 && length < longest; length += more)
      more = os.read(opened, buffer, length, longest - length);
    return E.right(new TextDecoder().decode(buffer.slice(0, length)));
  } catch (cause) {
    const reason = words[errnoOf(cause) ?? 0] ?? reasonOf(cause);
    return E.left(`${fd === undefined ? 'open' : 'read'} ${path}: ${reason}`);
  } finally {
    if (fd !== undefined) os.close(fd);
  }
};
