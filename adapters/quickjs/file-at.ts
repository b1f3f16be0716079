import * as os from 'quickjs:os';
import type { FileAt } from '../../domain/port/del-queue.ts';

export const fileAt: FileAt = (path) => {
  try {
    const { dev, ino } = os.stat(path);
    return { device: dev, inode: ino };
  } catch {
    return undefined;
  }
};
