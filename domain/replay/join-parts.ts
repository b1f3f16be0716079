import type { Replayed } from './replay-log.ts';

/**
 * What all of a log's streams fold to, up to and with `position`, from what two shares of them fold to (`share-out.ts`): the same as one
 * fold of all, the order of hosts included.
 */
export const joinParts = (own: Replayed, other: Replayed, position: number): Replayed => ({
  view: {
    position,
    leases: own.view.leases,
    hosts: new Map([...own.view.hosts, ...other.view.hosts].sort(([, a], [, b]) => a.began - b.began)),
  },
  hosts: new Map([...own.hosts, ...other.hosts]),
});
