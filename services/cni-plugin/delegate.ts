import { either as E } from 'fp-ts';
import { readDelegateError } from '../../domain/cni/delegate-result.ts';
import { delegateFailed, delegateMissing, delegateTooSlow } from '../../domain/cni/delegate-words.ts';
import type { Environment } from '../../domain/cni/environment.ts';
import { type CniError, terminated } from '../../domain/cni/error.ts';
import type { DelegateConfig } from '../../domain/cni/network-config.ts';
import type { Verb } from '../../domain/cni/version.ts';
import type { Capabilities } from './capabilities.ts';

type Asked = Exclude<Verb, 'VERSION'>;

/** Gives what it said on stdout. `undo`: also when the runtime wants us to end, for nobody else will. */
export type Delegate = {
  readonly ask: (verb: Asked) => Promise<E.Either<CniError, string>>;
  readonly undo: () => Promise<E.Either<CniError, string>>;
};

/** A plugin may wait for a server of its own; STATUS is asked every few seconds. */
const limitMs = (verb: Asked): number => (verb === 'STATUS' ? 5_000 : 90_000);

const defined = (environment: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/** An empty part would mean the working directory. */
const foldersIn = (environment: Environment): ReadonlyArray<string> =>
  (environment['CNI_PATH'] ?? '').split(':').filter((folder) => folder !== '');

/**
 * The IPAM plugin that the configuration names: looked for in CNI_PATH alone, run with our own environment and all of our stdin (CNI
 * spec 1.1.0, section 4). Whatever keeps it from its answer is its error.
 */
export const openDelegate = (
  { environment, isFile, runDelegate, timer, termination }: Capabilities,
  { plugin, input }: DelegateConfig,
): Delegate => {
  const run = async (verb: Asked, until: Promise<string>): Promise<E.Either<CniError, string>> => {
    const folders = foldersIn(environment);
    const path = folders.map((folder) => `${folder}/${plugin}`).find(isFile);
    if (path === undefined) return E.left(delegateMissing(verb, plugin, folders));
    const limit = limitMs(verb);
    const ended = Promise.race([until, timer.sleep(limit)]);
    const ran = await runDelegate(
      { path, environment: { ...defined(environment), CNI_COMMAND: verb }, input },
      ended,
    )();
    if (E.isRight(ran))
      return ran.right.exitCode === 0
        ? E.right(ran.right.stdout)
        : E.left(readDelegateError(verb, plugin, ran.right));
    if (ran.left.type !== 'given-up') return E.left(delegateFailed(verb, plugin, path, ran.left));
    const signal = await ended;
    return E.left(signal === undefined ? delegateTooSlow(verb, plugin, limit) : terminated(verb, signal));
  };
  const never = new Promise<string>(() => undefined);
  return { ask: (verb) => run(verb, termination), undo: () => run('DEL', never) };
};
