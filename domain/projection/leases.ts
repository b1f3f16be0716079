import type { ClusterEvent, IncarnationReplaced, NodeJoined, SubnetLeased } from '../cluster/events.ts';
import { secondsAfter } from '../cluster/quarantine.ts';
import type { Recorded } from '../event.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';

/** A subnet's present or, while it is in quarantine, last lease, for people and programs that ask. */
export type LeaseRow = {
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  readonly subnet: Cidr;
  readonly hostAddress: IpAddress;
  /** `released` until the subnet is leased again. */
  readonly status: 'leased' | 'revoked' | 'released';
  /** The cluster log's stamps, RFC 3339 UTC. */
  readonly leasedAt: string;
  readonly revokedAt?: string;
  readonly releasedAt?: string;
  /** From here on the subnet may be leased again; of released ones. */
  readonly quarantinedUntil?: string;
  /** Revision, in the cluster stream, of the last event that changed this row. */
  readonly revision: number;
};

export type Leases = {
  readonly rows: Map<Cidr, Omit<LeaseRow, 'quarantinedUntil'>>;
  readonly members: Map<NodeName, NodeJoined>;
  /** What quarantine counts from, of released subnets. */
  readonly released: Map<Cidr, string>;
  quarantineSeconds: number;
};

export const emptyLeases = (): Leases => ({
  rows: new Map(),
  members: new Map(),
  released: new Map(),
  quarantineSeconds: 0,
});

/** The new lease goes to the end: rows are in the order of leasing. */
const lease = (
  { rows, members, released }: Leases,
  { node, subnet }: SubnetLeased,
  { recordedAt, revision }: Recorded<ClusterEvent>,
): void => {
  const member = members.get(node);
  rows.delete(subnet);
  released.delete(subnet);
  if (member === undefined) return;
  const { incarnation, hostAddress } = member;
  rows.set(subnet, {
    node,
    incarnation,
    subnet,
    hostAddress,
    status: 'leased',
    leasedAt: recordedAt,
    revision,
  });
};

/** What the node held, its new life holds. */
const replace = (
  { rows, members }: Leases,
  { node, incarnation, publicKey }: IncarnationReplaced,
  revision: number,
): void => {
  const member = members.get(node);
  if (member === undefined) return;
  members.set(node, { ...member, incarnation, publicKey });
  for (const [subnet, row] of rows)
    if (row.node === node && row.status !== 'released') rows.set(subnet, { ...row, incarnation, revision });
};

/** A fold over the cluster stream. Changes and returns the leases it is given. */
export const projectLease = (leases: Leases, recorded: Recorded<ClusterEvent>): Leases => {
  const { event, recordedAt, revision } = recorded;
  switch (event.type) {
    case 'ClusterConfigured':
      leases.quarantineSeconds = event.quarantineSeconds;
      return leases;
    case 'NodeJoined':
      leases.members.set(event.node, event);
      return leases;
    case 'SubnetLeased':
      lease(leases, event, recorded);
      return leases;
    case 'LeaseRevoked': {
      const row = leases.rows.get(event.subnet);
      if (row !== undefined) {
        leases.rows.set(event.subnet, { ...row, status: 'revoked', revokedAt: recordedAt, revision });
      }
      return leases;
    }
    case 'SubnetReleased': {
      const row = leases.rows.get(event.subnet);
      if (row === undefined) return leases;
      leases.rows.set(event.subnet, { ...row, status: 'released', releasedAt: recordedAt, revision });
      leases.released.set(event.subnet, event.asOf);
      return leases;
    }
    case 'NodeLeft':
      leases.members.delete(event.node);
      return leases;
    case 'IncarnationReplaced':
      replace(leases, event, revision);
      return leases;
    case 'NodeAttested':
    // What the log has lost nobody can say; what it has still holds.
    case 'LogRestored':
    case 'LeasingResumed':
    case 'NodePresented':
    case 'RequestRefused':
      return leases;
  }
};

/** Held subnets and released ones that were not leased again; in the order of leasing. */
export const leaseRows = ({ rows, released, quarantineSeconds }: Readonly<Leases>): ReadonlyArray<LeaseRow> =>
  [...rows.values()].map((row) => {
    const since = released.get(row.subnet);
    return since === undefined ? row : { ...row, quarantinedUntil: secondsAfter(since, quarantineSeconds) };
  });
