import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** Where the CNI plugin host-local keeps a network's addresses, and the runtime what its ADDs were answered. */
export type HostLocalFolders = {
  /** Host-local's `dataDir`, /var/lib/cni/networks by default. */
  readonly dataDir: string;
  readonly network: string;
  /** libcni's cache, /var/lib/cni by default: its folder `results`. */
  readonly cacheDir: string;
};

/** A small file as it is. */
export type NamedText = { readonly name: string; readonly text: string };

export type HostLocalFiles = {
  /** Of the network's folder. */
  readonly held: ReadonlyArray<NamedText>;
  /** Of the cache, all networks; none when there is no such folder. */
  readonly cached: ReadonlyArray<NamedText>;
};

export type ReadHostLocal = (folders: HostLocalFolders) => TE.TaskEither<FilesFailure, HostLocalFiles>;
