import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { taskEither as TE } from 'fp-ts';
import type { DiskRoom } from '../../domain/port/disk-room.ts';
import { failed } from './failure.ts';
import { sizeOf } from './file-size.ts';

/** Of an SQLite log with its write-ahead file; free is what a process without root's reserve may still take. */
export const diskRoomOf = (logPath: string): DiskRoom =>
  TE.tryCatch(async () => {
    const sizes = await Promise.all([logPath, `${logPath}-wal`].map(sizeOf));
    const { bavail, bsize } = await statfs(dirname(logPath));
    return { used: sizes.reduce((sum, size) => sum + size, 0), free: bavail * bsize };
  }, failed(logPath));
