import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { taskEither as TE } from 'fp-ts';
import type { Settings, SettingsFailure } from '../../domain/port/settings.ts';

const root = '/proc/sys/net';

const isErrno = (cause: unknown): cause is NodeJS.ErrnoException & { readonly errno: number } =>
  cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number';

const failed =
  (path: string) =>
  (cause: unknown): SettingsFailure => ({
    type: 'setting-failed',
    path,
    reason: isErrno(cause) ? `${getSystemErrorMessage(cause.errno)} (${cause.code})` : String(cause),
  });

/** Folders and a name below the root, and nothing that climbs out. `eth0.100` is one folder: a dot separates nothing here. */
const isSetting = (path: string): boolean => {
  const steps = path.split('/');
  return steps.length > 1 && steps.every((step) => /^[^\s\0]+$/.test(step) && step !== '.' && step !== '..');
};

const attempt = <A>(path: string, run: (file: string) => Promise<A>): TE.TaskEither<SettingsFailure, A> =>
  isSetting(path)
    ? TE.tryCatch(() => run(join(root, path)), failed(path))
    : TE.left({ type: 'setting-failed', path, reason: 'not a path below /proc/sys/net' });

const isMissing = (cause: unknown): boolean => isErrno(cause) && cause.code === 'ENOENT';

/**
 * The settings port over procfs. The kernel shows each process the settings of its own network namespace. Several numbers
 * in one setting stay apart by the kernel's tab; the line's end is cut off.
 */
export const settings: Settings = {
  read: (path) =>
    attempt(path, (file) =>
      readFile(file, 'utf8').then(
        (text) => text.trimEnd(),
        (cause) => (isMissing(cause) ? undefined : Promise.reject(cause)),
      ),
    ),
  write: (path, value) =>
    attempt(path, async (file) => {
      // Without O_CREAT: procfs answers EACCES to that where ENOENT is the truth.
      const handle = await open(file, 'r+');
      try {
        await handle.write(`${value}\n`, 0);
      } finally {
        await handle.close();
      }
    }),
  interfaces: (family) =>
    attempt(`${family}/conf`, (folder) =>
      readdir(folder).then(
        (names) => names.filter((name) => name !== 'all' && name !== 'default').sort(),
        (cause) => (isMissing(cause) ? [] : Promise.reject(cause)),
      ),
    ),
};
