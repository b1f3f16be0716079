import { either as E } from 'fp-ts';
import { flock, lastErrno } from './libc.ts';

/** flock(2); Linux's numbers on every architecture. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * The exclusive lock on an open file or folder, without waiting; it goes with the descriptor. Right: whether it was free. Left:
 * name of the errno.
 */
export const lockExclusively = (fd: number): E.Either<string, boolean> => {
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return E.right(true);
  const errno = lastErrno();
  return errno === 'EAGAIN' ? E.right(false) : E.left(errno);
};
