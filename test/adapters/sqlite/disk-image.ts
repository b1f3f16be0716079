import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { collect } from '../../contract/event-store/support.ts';
import { runSync } from '../../support/run.ts';
import { openAt, scratchFolder } from './scratch.ts';

// A file system in a file: the file holds what has reached the disk and nothing else, so a copy of it is the disk as a
// power cut at that moment would leave it.

/** Mounts a file system in a file, until the test ends. */
export const mountImage = (t: ExecutionContext, image: string, folder: string): void => {
  mkdirSync(folder);
  runSync('mount', '-o', 'loop', image, folder);
  t.teardown(() => runSync('umount', folder));
};

/** The ids in the log, or in another file of its folder, as they are found after a power cut now. */
export const afterPowerCut = async (
  t: ExecutionContext,
  folder: string,
  cut: string,
  name = 'log.db',
): Promise<ReadonlyArray<string>> => {
  copyFileSync(join(folder, 'disk.img'), join(folder, `${cut}.img`));
  mountImage(t, join(folder, `${cut}.img`), join(folder, cut));
  const store = openAt(join(folder, cut, name));
  const ids = (await collect(store.readAll())).map(({ id }) => id);
  await store.close();
  return ids;
};

/** A folder with a file system in `disk.img`, mounted at `disk`. */
export const diskFolder = (t: ExecutionContext): string => {
  const folder = scratchFolder(t);
  runSync('truncate', '--size=16M', join(folder, 'disk.img'));
  runSync('mkfs.ext4', '-q', join(folder, 'disk.img'));
  mountImage(t, join(folder, 'disk.img'), join(folder, 'disk'));
  return folder;
};

export type FailingDisk = {
  /** As of `diskFolder`. */
  readonly folder: string;
  /** From now on the disk takes no block that it never had: who flushes one is refused, and Linux takes it for written all the same. */
  readonly fail: () => void;
  /** What was written and not flushed is written now, as Linux does some time: the disk refuses it, and nobody is told. */
  readonly lose: () => void;
  readonly mend: () => void;
};

/**
 * As `diskFolder`, on a disk that can fail: an image with holes, in a file system that has no room left to fill them. Without a journal,
 * unless one is asked for, which ends all writing at its first refusal.
 */
export const failingDisk = (t: ExecutionContext, journal = false): FailingDisk => {
  const folder = scratchFolder(t);
  const [under, ballast] = [join(folder, 'under'), join(folder, 'under', 'ballast')];
  mkdirSync(under);
  runSync('mount', '-t', 'tmpfs', '-o', 'size=24m', 'evio-test', under);
  // Lazily: on a busy machine the loop device lets go of the image a little after its file system is gone.
  t.teardown(() => runSync('umount', '--lazy', under));
  const image = join(under, 'disk.img');
  runSync('truncate', '--size=16M', image);
  // Of the journal's blocks too the disk never had any.
  if (journal) runSync('mkfs.ext4', '-q', '-E', 'lazy_journal_init=1', image);
  else runSync('mkfs.ext2', '-q', image);
  mountImage(t, image, join(folder, 'disk'));
  symlinkSync(image, join(folder, 'disk.img'));
  return {
    folder,
    fail: () => {
      // A file system without a journal may keep a file's length from the disk behind an fdatasync, when it wrote the inode back itself.
      runSync('sync', '--file-system', join(folder, 'disk'));
      const { bsize, bavail } = statfsSync(under);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    },
    lose: () => {
      if (spawnSync('sync', ['--file-system', join(folder, 'disk')]).status === 0)
        throw new Error('the disk took all that was written');
    },
    mend: () => rmSync(ballast),
  };
};
