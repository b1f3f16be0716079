import { either as E } from 'fp-ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { eachSubscribed } from '../follow.ts';
import { failureWords, keepFollowing } from '../keep-following.ts';
import { type AllocatingPorts, runAllocator } from './allocate.ts';
import { clusterOf } from './cluster-of.ts';

export type Allocators = {
  /** Why the requests of a cluster are not decided, one for each; none when all is well. */
  readonly faults: () => ReadonlyArray<string>;
  /** Resolves when the signal has aborted and every allocator has ended. */
  readonly ended: Promise<unknown>;
};

/** Decides the requests of every cluster that the log has, and of each that is configured later. */
export const allocateAll = (ports: AllocatingPorts, stateDir: string, signal: AbortSignal): Allocators => {
  const running = new Map<ClusterName, Promise<void>>();
  const faults = new Map<ClusterName, string>();
  let lookingFault: string | undefined;

  const begin = async (cluster: ClusterName): Promise<void> => {
    const failure = await runAllocator(ports, { cluster, stateDir }, signal);
    if (failure === undefined) return;
    const { msg, remedy } = failureWords(failure);
    faults.set(cluster, `requests of cluster ${cluster} are not decided: ${msg}; ${remedy}`);
  };

  const lookForClusters = () =>
    eachSubscribed<never>(ports.store, { types: ['ClusterConfigured'], from: 0, signal }, ({ stream }) => {
      const cluster = clusterOf(stream);
      if (cluster !== undefined && !running.has(cluster)) running.set(cluster, begin(cluster));
      return E.right(undefined);
    });

  const look = async (): Promise<void> => {
    const failure = await keepFollowing(ports, 'looking for clusters', lookForClusters, signal);
    if (failure === undefined) return;
    const { msg, remedy } = failureWords(failure);
    lookingFault = `clusters that are configured from now on are not allocated for: ${msg}; ${remedy}`;
  };
  const looking = look();
  return {
    faults: () => [...(lookingFault === undefined ? [] : [lookingFault]), ...faults.values()],
    ended: looking.then(() => Promise.allSettled(running.values())),
  };
};
