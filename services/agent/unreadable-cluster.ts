import { either as E, taskEither as TE } from 'fp-ts';
import { initialState } from '../../domain/cluster/state.ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { Cluster } from '../ledger/allocator.ts';

/**
 * What a node knows of a cluster whose stream says what this program cannot read: nothing, and it decides nothing there. Its own
 * stream has what it relies on, so it serves its lease all the same.
 */
export const unreadableCluster = (failure: UnreadableEvent): Cluster => {
  const state = initialState();
  return {
    state: () => state,
    revision: () => -1,
    head: () => undefined,
    transact: () => TE.left(failure),
    transactAll: () => TE.left(failure),
    flush: async () => E.right(undefined),
    whileChanged: (change) => change(),
    keep: async () => undefined,
  };
};
