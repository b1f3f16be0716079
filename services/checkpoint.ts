import { either as E } from 'fp-ts';
import type { Files } from '../domain/port/files.ts';
import type { Checkpoint, CheckpointUnreadable } from './follow.ts';

/**
 * A checkpoint in a small file. Only an absent file is none: a follower that takes another one for none begins anew, and what it
 * refused then it may grant now.
 */
export const fileCheckpoint = (files: Files, path: string): Checkpoint => {
  const unreadable = (reason: string): E.Either<CheckpointUnreadable, never> =>
    E.left({ type: 'checkpoint-unreadable', path, reason });
  return {
    load: async () => {
      const read = await files.read(path)();
      if (E.isLeft(read)) return unreadable(read.left.reason);
      if (read.right === undefined) return E.right(undefined);
      return /^\d{1,15}\n$/.test(read.right)
        ? E.right(Number(read.right))
        : unreadable('it holds no position');
    },
    store: async (position) => {
      await files.write(path, `${position}\n`, 0o600)();
    },
  };
};

/** What is wrong, and what to do: for the log. */
export const describeCheckpoint = ({
  path,
  reason,
}: CheckpointUnreadable): { readonly msg: string; readonly remedy: string } => ({
  msg: `how far it has read stands in ${path}, which cannot be read: ${reason}`,
  remedy: 'mend it, or remove it to have the log read from its beginning; it goes on by itself then',
});
