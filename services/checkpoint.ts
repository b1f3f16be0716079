import { either as E } from 'fp-ts';
import type { Files } from '../domain/port/files.ts';
import type { Checkpoint } from './follow.ts';

/** A checkpoint in a small file; an unreadable one counts as none, since its followers are idempotent. */
export const fileCheckpoint = (files: Files, path: string): Checkpoint => ({
  load: async () => {
    const read = await files.read(path)();
    const text = E.isRight(read) ? read.right : undefined;
    return text !== undefined && /^\d+\n$/.test(text) ? Number(text) : undefined;
  },
  store: async (position) => {
    await files.write(path, `${position}\n`, 0o600)();
  },
});
