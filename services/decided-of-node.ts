import type { ClusterEvent } from '../domain/cluster/events.ts';

/** What came of an operator's word on a node; nothing where it had been said before. */
export type NodeDecided = {
  readonly node: string;
  /** Subnets that the cluster wants back from now on. */
  readonly revoked: ReadonlyArray<string>;
  /** The life that is recorded as destroyed. */
  readonly attested?: string;
};

export const decidedOf = (node: string, events: ReadonlyArray<ClusterEvent>): NodeDecided => {
  const attested = events.find((event) => event.type === 'NodeAttested');
  return {
    node,
    revoked: events.flatMap((event) => (event.type === 'LeaseRevoked' ? [event.subnet] : [])),
    ...(attested && { attested: attested.incarnation }),
  };
};
