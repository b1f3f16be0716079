import { watch } from 'node:fs';
import { either as E } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import { failed } from './failure.ts';

/**
 * Calls back with the name of what came, changed or went in the folder; `null` where the system does not say. Right: ends it. A watch
 * that breaks later says nothing: whoever watches looks now and then besides.
 */
export const watchFolder = (
  folder: string,
  listener: (name: string | null) => void,
): E.Either<FilesFailure, () => void> => {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => listener(name));
    watcher.on('error', () => watcher.close());
    return E.right(() => watcher.close());
  } catch (cause) {
    return E.left(failed(folder)(cause));
  }
};
