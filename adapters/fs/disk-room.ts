import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { taskEither as TE } from 'fp-ts';
import type { DiskRoom } from '../../domain/port/disk-room.ts';
import { failed, isMissing } from './failure.ts';

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw cause;
  }
};

/** Of an SQLite log with its write-ahead file; free is what a process without root's reserve may still take. */
export const diskRoomOf = (logPath: string): DiskRoom =>
  TE.tryCatch(async () => {
    const sizes = await Promise.all([logPath, `${logPath}-wal`].map(sizeOf));
    const { bavail, bsize } = await statfs(dirname(logPath));
    return { used: sizes.reduce((sum, size) => sum + size, 0), free: bavail * bsize };
  }, failed(logPath));
