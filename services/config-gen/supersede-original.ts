import { either as E } from 'fp-ts';
import { isObject } from '../../domain/cni/judge.ts';
import { isOriginal } from '../../domain/cni/original-fields.ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import type { Progress } from './progress.ts';

type Done = Promise<E.Either<FilesFailure, undefined>>;

const isOriginalConf = (text: string): boolean => {
  try {
    const conf: unknown = JSON.parse(text);
    return isObject(conf) && isOriginal(conf);
  } catch {
    return false;
  }
};

/** A name beside the file that nobody has, and that no runtime loads: they read `.conf`, `.conflist` and `.json`. */
const asideOf = async (files: Files, path: string): Promise<E.Either<FilesFailure, string>> => {
  for (let count = 1; ; count += 1) {
    const name = `${path}.superseded${count === 1 ? '' : `-${count}`}`;
    const taken = await files.exists(name)();
    if (E.isLeft(taken)) return taken;
    if (!taken.right) return E.right(name);
  }
};

const setConfAside = async (files: Files, path: string, { step, warn }: Progress): Done => {
  const text = await files.read(path)();
  if (E.isLeft(text)) return text;
  if (text.right === undefined) return E.right(undefined);
  if (!isOriginalConf(text.right)) {
    warn(
      'other-conf',
      `${path} comes before 10-evio.conflist, so the runtime uses that instead`,
      "it is not the original plugin's, so it was left alone; remove it if it is not meant",
    );
    return E.right(undefined);
  }
  const aside = await asideOf(files, path);
  if (E.isLeft(aside)) return aside;
  const kept = await files.copy(path, aside.right, 0o600)();
  if (E.isLeft(kept)) return kept;
  const removed = await files.remove(path)();
  if (E.isLeft(removed)) return removed;
  step(`${path} of the original plugin is superseded; it is kept as ${aside.right}`);
  return E.right(undefined);
};

const takeItsName = async (files: Files, plugin: string, path: string, { step }: Progress): Done => {
  const there = await files.exists(path)();
  if (E.isLeft(there)) return there;
  if (!there.right) return E.right(undefined);
  const aside = `${path}.superseded`;
  const before = await files.exists(aside)();
  if (E.isLeft(before)) return before;
  if (!before.right) {
    const kept = await files.copy(path, aside, 0o755)();
    if (E.isLeft(kept)) return kept;
    step(`${path} of the original plugin is superseded; it is kept as ${aside}`);
  }
  const installed = await files.copy(plugin, path, 0o755)();
  return E.isLeft(installed) ? installed : E.right(undefined);
};

/**
 * Where the first Evio CNI plugin was installed, its configuration would win over ours by its name (`conf`), and its program would
 * take the bridge's other ports along with each DEL. Both are set aside, nothing is lost; our plugin answers under its name
 * (`program`) from then on, for runtimes that remember which program added a pod. Call it when ours can take over.
 */
export const supersedeOriginal = async (
  files: Files,
  paths: { readonly conf: string; readonly program: string; readonly plugin: string | undefined },
  progress: Progress,
): Done => {
  const named =
    paths.plugin === undefined
      ? E.right(undefined)
      : await takeItsName(files, paths.plugin, paths.program, progress);
  return E.isLeft(named) ? named : setConfAside(files, paths.conf, progress);
};
