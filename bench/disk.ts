import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Appends a page to a file in this folder and flushes it (fdatasync), again and again; milliseconds each. */
export const timeFlushes = async (folder: string, count: number): Promise<ReadonlyArray<number>> => {
  const path = join(folder, 'flush-probe');
  const file = await open(path, 'w');
  try {
    const page = Buffer.alloc(4096, 1);
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      await file.write(page);
      await file.datasync();
      times.push(performance.now() - startedAt);
    }
    return times;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
};
