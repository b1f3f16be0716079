import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWebsite, type Website } from './website.ts';

/** The root of a container that needs no registry: Debian's static busybox, a shell, and the website at `/www`. */
export const makeImageRoot = async (folder: string): Promise<Website> => {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile('/bin/busybox', join(folder, 'bin/busybox'));
  await symlink('busybox', join(folder, 'bin/sh'));
  return makeWebsite(join(folder, 'www'));
};
