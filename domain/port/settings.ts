import type { taskEither as TE } from 'fp-ts';

/** Kernel settings below /proc/sys/net, by their path there (`ipv4/conf/evio0/rp_filter`). */
export type Settings = {
  /** `undefined` when the kernel has no such setting (IPv6 off, the interface gone). */
  readonly read: (path: string) => TE.TaskEither<SettingsFailure, string | undefined>;
  readonly write: (path: string, value: string) => TE.TaskEither<SettingsFailure, void>;
  /** Names of the interfaces that have settings in this family. */
  readonly interfaces: (family: 'ipv4' | 'ipv6') => TE.TaskEither<SettingsFailure, ReadonlyArray<string>>;
};

export type SettingsFailure = {
  readonly type: 'setting-failed';
  readonly path: string;
  readonly reason: string;
};
