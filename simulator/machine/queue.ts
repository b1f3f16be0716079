import { either as E } from 'fp-ts';
import type { DelQueue, QueueDel } from '../../domain/port/del-queue.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails, type Operation } from './faults.ts';

/** The folder in which DELs wait, its lock, and who watches it. The lock goes with its holder; files outlive a power cut. */
export type QueueState = {
  readonly files: Map<string, string>;
  readonly writers: Set<Owner>;
  drainer: Owner | undefined;
  readonly watchers: Map<Owner, () => void>;
};

export const emptyQueue = (): QueueState => ({
  files: new Map(),
  writers: new Set(),
  drainer: undefined,
  watchers: new Map(),
});

const folder = '/var/lib/evio/queue';

const isHeld = (holders: Iterable<Owner | undefined>): boolean =>
  [...holders].some((holder) => holder?.alive === true);

/** The plugin's side: whoever dies in between has queued nothing, or all of it. */
export const openQueueDel =
  (state: QueueState, faults: Faults, loop: Loop, owner: Owner): QueueDel =>
  (_folder, { name, text }) =>
  async () => {
    const locked = await loop.look(owner, 'queue locked', () => {
      if (isHeld([state.drainer])) return false;
      state.writers.add(owner);
      return true;
    });
    if (!locked) return E.left({ type: 'queue-draining' });
    const written = await loop.change(owner, `queue ${name}`, () => {
      if (faults.diskFull || fails(faults, 'queue write'))
        return E.left({ type: 'queue-failed', reason: 'no space left' } as const);
      state.files.set(name, text);
      // The kernel drops what a watcher does not take in time (inotify(7), IN_Q_OVERFLOW).
      if (!fails(faults, 'queue watch'))
        for (const [watcher, listener] of state.watchers) loop.soon(watcher, 'queue watched', listener);
      return E.right(undefined);
    });
    state.writers.delete(owner);
    return written;
  };

export const openDelQueue = (state: QueueState, faults: Faults, loop: Loop, owner: Owner): DelQueue => {
  const { files, watchers, writers } = state;
  const attempt = <A>(operation: Operation, name: string, effect: () => A) =>
    loop.change(owner, `${operation} ${name}`, (): E.Either<FilesFailure, A> => {
      const reason = 'input/output error';
      return fails(faults, operation)
        ? E.left({ type: 'file-failed', path: `${folder}/${name}`, reason })
        : E.right(effect());
    });
  return {
    folder,
    hold: () => {
      if (isHeld(writers)) return E.left({ type: 'queue-busy' });
      state.drainer = owner;
      return E.right(() => {
        if (state.drainer === owner) state.drainer = undefined;
      });
    },
    names: () => () => attempt('queue read', '', () => [...files.keys()]),
    holds: (name) => files.has(name),
    read: (name) => () => attempt('queue read', name, () => files.get(name)),
    remove: (name) => () =>
      attempt('queue remove', name, () => {
        files.delete(name);
      }),
    flush: () => async () => E.right(undefined),
    watch: (listener) => {
      watchers.set(owner, listener);
      return E.right(() => void watchers.delete(owner));
    },
  };
};
