import { glob, readFile, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../support/run.ts';

const pidsIn = async (file: string): Promise<ReadonlyArray<number>> =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

const signal = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Ends what still runs in the control groups of that name, in every hierarchy, and removes them, the innermost first. */
export const removeControlGroups = async (name: string): Promise<void> => {
  const files = await Array.fromAsync(glob(`/sys/fs/cgroup/{,*/}${name}/{,*/}cgroup.procs`));
  const folders = files.map(dirname);
  for (const folder of folders.sort((a, b) => b.length - a.length)) {
    for (let attempt = 0; ; attempt += 1) {
      for (const pid of await pidsIn(join(folder, 'cgroup.procs'))) signal(pid);
      const refused = await rmdir(folder).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : error),
      );
      if (refused === undefined) break;
      if (attempt === 100) throw refused;
      await sleep(20);
    }
  }
};

/** Unmounts what is mounted below the folder, the latest mount first. */
export const unmountBelow = async (folder: string): Promise<void> => {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const points = mounts
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await run('umount', '--lazy', point);
};

/** libcni keeps its cache at one place for the whole machine: where nobody else has anything in it, it goes. */
export const removeEmptyCaches = async (): Promise<void> => {
  for (const folder of ['/var/lib/cni/results', '/var/lib/cni']) await rmdir(folder).catch(() => undefined);
};
