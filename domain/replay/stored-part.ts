import { hostStateCodec } from '../host/stored-state.ts';
import { clusterViewCodec } from '../projection/stored-cluster-view.ts';
import type { Replayed } from './replay-log.ts';

/** What a share of a log's streams folds to, as one thread hands it to another: in the texts of snapshots. */
export type StoredPart = {
  readonly view: string;
  readonly hosts: ReadonlyArray<readonly [life: string, state: string]>;
};

export const storePart = ({ view, hosts }: Replayed): StoredPart => ({
  view: clusterViewCodec.encode(view),
  hosts: Array.from(hosts, ([life, state]) => [life, hostStateCodec.encode(state)] as const),
});

/** `undefined`: nothing that `storePart` makes. */
export const restorePart = (stored: StoredPart): Replayed | undefined => {
  const view = clusterViewCodec.decode(stored.view);
  const hosts: Replayed['hosts'] = new Map();
  for (const [life, text] of stored.hosts) {
    const state = hostStateCodec.decode(text);
    if (state === undefined) return undefined;
    hosts.set(life, state);
  }
  return view && { view, hosts };
};
