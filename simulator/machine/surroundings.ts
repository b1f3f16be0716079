import { either as E, taskEither as TE } from 'fp-ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import type { Firewall, FirewallFailure, Masquerade } from '../../domain/port/firewall.ts';
import type { Settings, SettingsFailure } from '../../domain/port/settings.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails } from './faults.ts';

/** Where the allocator keeps how far it has read. */
export const allocatorCheckpoint = '/var/lib/evio/allocator.position';

/** What else of the machine the agent touches. Files outlive a power cut: the real ones are flushed before the answer. */
export type Surroundings = {
  readonly files: Map<string, string>;
  readonly settings: Map<string, string>;
  masquerade: string | undefined;
};

export const freshSurroundings = (): Surroundings => ({
  files: new Map(),
  settings: new Map(),
  masquerade: undefined,
});

export const openFiles = ({ files }: Surroundings, faults: Faults, loop: Loop, owner: Owner): Files => {
  const failure = (path: string): FilesFailure => ({ type: 'file-failed', path, reason: 'no space left' });
  const looked =
    <A>(path: string, answer: () => A) =>
    () =>
      loop.look(owner, `file read ${path}`, () =>
        fails(faults, 'file read') ? E.left(failure(path)) : E.right(answer()),
      );
  const changed = (path: string, effect: () => void, needsSpace: boolean) => () =>
    loop.change(owner, `file write ${path}`, () => {
      if ((needsSpace && faults.diskFull) || fails(faults, 'file write')) return E.left(failure(path));
      effect();
      return E.right(undefined);
    });
  return {
    read: (path) => looked(path, () => files.get(path)),
    exists: (path) => looked(path, () => files.has(path)),
    write: (path, text) => changed(path, () => files.set(path, text), true),
    copy: (from, to) => changed(to, () => files.set(to, files.get(from) ?? ''), true),
    remove: (path) => changed(path, () => files.delete(path), false),
    // Nobody else writes here.
    watch: () => E.right(() => undefined),
  };
};

export const openFirewall = (state: Surroundings, faults: Faults, loop: Loop, owner: Owner): Firewall => {
  const failure: FirewallFailure = { type: 'firewall-failed', reason: 'nft was refused' };
  const attempt = <A>(label: string, effect: () => A) =>
    loop.change(owner, `firewall ${label}`, () =>
      fails(faults, 'firewall') ? E.left(failure) : E.right(effect()),
    );
  const put = (masquerade: Masquerade | undefined): void => {
    state.masquerade = masquerade && JSON.stringify(masquerade);
  };
  return {
    replace: (masquerade) => () => attempt('replace', () => put(masquerade)),
    remove: () => () => attempt('remove', () => put(undefined)),
    // Nobody else has a firewall here.
    foreignDrops: () => TE.right([]),
    inspect: (masquerade) => () =>
      attempt('inspect', () =>
        state.masquerade === JSON.stringify(masquerade) ? [] : ['the table is not as it was written'],
      ),
  };
};

export const openSettings = (
  { settings }: Surroundings,
  faults: Faults,
  loop: Loop,
  owner: Owner,
): Settings => {
  const attempt = <A>(path: string, effect: () => A) =>
    loop.look(
      owner,
      `setting ${path}`,
      (): E.Either<SettingsFailure, A> =>
        fails(faults, 'setting')
          ? E.left({ type: 'setting-failed', path, reason: 'read-only file system' })
          : E.right(effect()),
    );
  return {
    read: (path) => () => attempt(path, () => settings.get(path) ?? '0'),
    write: (path, value) => () =>
      attempt(path, () => {
        settings.set(path, value);
      }),
    interfaces: () => () => attempt('interfaces', () => ['eth0', 'lo']),
  };
};
