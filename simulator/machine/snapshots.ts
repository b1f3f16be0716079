import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { cluster } from '../../domain/cluster/decider.ts';
import { clusterStateCodec } from '../../domain/cluster/stored-state.ts';
import { host } from '../../domain/host/decider.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import type { Files } from '../../domain/port/files.ts';
import type { Log } from '../../domain/port/log.ts';
import { fileSnapshots, type Snapshots, snapshotPath } from '../../services/snapshots.ts';

const logPath = '/var/lib/evio/ledger.db';
const pathOf = (name: string): string => snapshotPath(logPath, name);

const [hostPath, clusterPath] = [pathOf(hostStateCodec.name), pathOf(clusterStateCodec.name)];

/** Of both, for a tampered one may lie under the other's name. */
export const snapshotPaths = [hostPath, clusterPath];

/** The real snapshots, of one build of the program. */
export const openSnapshots = (files: Files, log: Log): Snapshots =>
  fileSnapshots({ files, sha256, log }, { logPath, fingerprint: 'simulated' });

/** The hash that a forged snapshot names. */
export const forgedHash = 'f'.repeat(64);

const quiet = (): void => undefined;

/** What can become of the files that are only a cache. */
export const tamperings = ['removed', 'damaged', 'exchanged', 'put ahead of the log'] as const;
export type Tampering = (typeof tamperings)[number];

/** Sound snapshots of states that the log never had, at revisions that it does not have yet. */
const forge = async (files: Map<string, string>, logId: string, streams: ForgedStreams): Promise<void> => {
  const snapshots = openSnapshots(
    {
      write: (path, text) => async () => {
        files.set(path, text);
        return E.right(undefined);
      },
      read: () => async () => E.right(undefined),
      exists: () => async () => E.right(false),
      copy: () => async () => E.right(undefined),
      remove: () => async () => E.right(undefined),
      watch: () => E.right(() => undefined),
    },
    { debug: quiet, info: quiet, warn: quiet, error: quiet },
  );
  const identity = { logId, epoch: 1 };
  const at = { revision: 1_000_000, hash: forgedHash };
  await snapshots.store(
    { codec: hostStateCodec, identity, source: streams.host },
    { state: host.initialState(), at },
  );
  await snapshots.store(
    { codec: clusterStateCodec, identity, source: streams.cluster },
    { state: cluster.initialState(), at },
  );
};

type ForgedStreams = { readonly host: string; readonly cluster: string };

export const tamper = (
  files: Map<string, string>,
  tampering: Tampering,
  logId: string,
  streams: ForgedStreams,
): void => {
  const [hostText, clusterText] = [files.get(hostPath), files.get(clusterPath)];
  switch (tampering) {
    case 'removed':
      files.delete(hostPath);
      files.delete(clusterPath);
      return;
    case 'damaged':
      if (hostText !== undefined) files.set(hostPath, hostText.replace(/\d/, '5'));
      return;
    case 'exchanged':
      if (hostText !== undefined) files.set(clusterPath, hostText);
      if (clusterText !== undefined) files.set(hostPath, clusterText);
      return;
    case 'put ahead of the log':
      void forge(files, logId, streams);
  }
};
