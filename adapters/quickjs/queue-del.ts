import { fsync, lockShared } from 'evio:runtime';
import * as os from 'quickjs:os';
import { either as E } from 'fp-ts';
import { longestQueued, mostQueued } from '../../domain/cni/queued-del.ts';
import type { QueueDel, QueuedFile, QueueFailure } from '../../domain/port/del-queue.ts';
import { eagain, errnoOf, reasonOf } from './descriptor.ts';
import { randomUuid } from './kernel-uuid.ts';

/** asm-generic/errno-base.h */
const enoent = 2;

const failed = (reason: string): E.Either<QueueFailure, never> => E.left({ type: 'queue-failed', reason });

const mustBeDone = (what: string, outcome: number): void => {
  if (outcome < 0) throw new Error(`${what} failed with errno ${-outcome}`);
};

const writeNew = (path: string, bytes: Uint8Array<ArrayBuffer>): void => {
  const fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600);
  try {
    for (let written = 0; written < bytes.length; )
      written += os.write(fd, bytes.buffer, written, bytes.length - written);
    mustBeDone('fsync(2) of the file', fsync(fd));
  } finally {
    os.close(fd);
  }
};

/** A temporary name begins with a dot, which no queued file does; the agent removes one that was left. */
const replace = (folder: string, { name, text }: QueuedFile): void => {
  const temporary = `${folder}/.${randomUuid()}.tmp`;
  try {
    writeNew(temporary, new TextEncoder().encode(text));
    os.rename(temporary, `${folder}/${name}`);
  } catch (cause) {
    try {
      os.remove(temporary);
    } catch {
      // It was not made, or cannot be removed either: the first failure is told.
    }
    throw cause;
  }
};

const queued = (folder: string, fd: number, file: QueuedFile): E.Either<QueueFailure, void> => {
  const locked = lockShared(fd);
  if (locked === -eagain) return E.left({ type: 'queue-draining' });
  mustBeDone('flock(2)', locked);
  // Temporary files count too: whatever goes wrong, no more than so many are there.
  const names = os.readdir(folder).filter((name) => name !== '.' && name !== '..');
  if (!names.includes(file.name) && names.length >= mostQueued)
    return E.left({ type: 'queue-full', most: mostQueued });
  replace(folder, file);
  mustBeDone('fsync(2) of the folder', fsync(fd));
  return E.right(undefined);
};

/** The folder itself bears the lock, so no other file is needed; it goes with the descriptor, and so with the process. */
export const queueDel: QueueDel = (folder, file) => async () => {
  if (new TextEncoder().encode(file.text).length > longestQueued)
    return failed(`it would be longer than ${longestQueued} bytes: CNI_NETNS is too long`);
  let fd: number;
  try {
    fd = os.open(folder, os.O_RDONLY);
  } catch (cause) {
    return errnoOf(cause) === enoent ? E.left({ type: 'queue-missing' }) : failed(reasonOf(cause));
  }
  try {
    return queued(folder, fd, file);
  } catch (cause) {
    return failed(reasonOf(cause));
  } finally {
    os.close(fd);
  }
};
