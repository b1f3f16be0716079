import { type FileHandle, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileOwner } from '../../domain/file-owner.ts';
import { isMissing } from './failure.ts';

/** Gives an open file the owner that the file `target` has, or is to have. */
export const giveOwner = async (handle: FileHandle, target: string): Promise<undefined> => {
  const folder = await stat(dirname(target));
  const there = await lstat(target).catch((cause) => {
    if (isMissing(cause)) return undefined;
    throw cause;
  });
  const owner = fileOwner(process.geteuid?.(), folder, there?.isFile() ? there : undefined);
  const now = await handle.stat();
  if (owner !== undefined && (owner.uid !== now.uid || owner.gid !== now.gid))
    await handle.chown(owner.uid, owner.gid);
  return undefined;
};
