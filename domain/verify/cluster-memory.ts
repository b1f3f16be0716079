import type { ClusterEvent } from '../cluster/events.ts';
import { type ClusterState, initialState, lifeKey } from '../cluster/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import { type Cidr, cidrFamily, contains, prefixLength } from '../ip/cidr.ts';
import type { Witness } from './fault.ts';
import type { Joining } from './joining.ts';
import type { Seen } from './seen.ts';

/** A subnet's last lease, by revisions of the cluster's stream. */
export type Tenancy = {
  readonly node: NodeName;
  readonly leasedAt: number;
  releasedAt: number | undefined;
  readonly by: Witness;
};

/** An attachment of a host, by the event that gave it the address. `host` is that one's memory: it tells hosts apart, and nobody looks into it. */
export type Holder = Witness & { readonly host: object };

/** One cluster's state, and the events that it rests on: as large as the cluster, whatever its history. */
export type ClusterMemory = {
  state: ClusterState;
  /** −1 until the log shows the cluster's stream. */
  revision: number;
  /** What followed here was superseded by a later epoch: what a node saw of it cannot be judged. */
  superseded: boolean;
  readonly tenancies: Map<Cidr, Tenancy>;
  /** How many held leases there are of each prefix length. */
  readonly lengths: Map<string, number>;
  readonly hostAddresses: Map<IpAddress, Witness & { readonly node: NodeName }>;
  /** The host addresses that lives named which asked to join and have not yet, as far as the log has their requests; by `lifeKey`. */
  readonly asked: Map<string, Set<IpAddress>>;
  /** Who joined last, while it is open whether the policy chose its host address. */
  joining: Joining | undefined;
  /** Which event gave an address that is held now, and to whom, by network; of all hosts. */
  readonly addresses: Map<string, Map<IpAddress, Holder>>;
};

export const startClusterMemory = (): ClusterMemory => ({
  state: initialState(),
  revision: -1,
  superseded: false,
  tenancies: new Map(),
  lengths: new Map(),
  hostAddresses: new Map(),
  asked: new Map(),
  joining: undefined,
  addresses: new Map(),
});

/** `IPv4/24`. Two subnets of one length are the same or apart. */
export const lengthOf = (subnet: Cidr): string => `IPv${cidrFamily(subnet)}/${prefixLength(subnet)}`;

const count = (lengths: Map<string, number>, subnet: Cidr, more: 1 | -1): void => {
  const length = lengthOf(subnet);
  const held = (lengths.get(length) ?? 0) + more;
  if (held === 0) lengths.delete(length);
  else lengths.set(length, held);
};

export const isHeld = (tenancy: Tenancy | undefined): tenancy is Tenancy =>
  tenancy !== undefined && tenancy.releasedAt === undefined;

/** Whoever says that a life is gone speaks for its addresses too: its own stream may never say so. */
const freeAll = ({ addresses }: ClusterMemory, subnet: Cidr): void => {
  for (const holders of addresses.values())
    for (const address of holders.keys()) if (contains(subnet, address)) holders.delete(address);
};

/** Keeps what later events are held against; the state itself is the decider's. */
export const rememberCluster = (
  memory: ClusterMemory,
  { event, position, revision }: Seen<ClusterEvent>,
): void => {
  const by = { position };
  memory.revision = revision;
  memory.superseded = false;
  switch (event.type) {
    case 'SubnetLeased':
      memory.tenancies.set(event.subnet, { node: event.node, leasedAt: revision, releasedAt: undefined, by });
      count(memory.lengths, event.subnet, 1);
      return;
    case 'SubnetReleased': {
      const tenancy = memory.tenancies.get(event.subnet);
      if (!isHeld(tenancy)) return;
      tenancy.releasedAt = revision;
      count(memory.lengths, event.subnet, -1);
      if (event.by !== 'holder') freeAll(memory, event.subnet);
      return;
    }
    case 'IncarnationReplaced':
      memory.asked.delete(lifeKey(event.node, event.incarnation));
      for (const { subnet } of memory.state.members.get(event.node)?.leases ?? []) freeAll(memory, subnet);
      return;
    case 'NodeJoined':
      memory.hostAddresses.set(event.hostAddress, { ...by, node: event.node });
      memory.asked.delete(lifeKey(event.node, event.incarnation));
      return;
    case 'NodeLeft': {
      const member = memory.state.members.get(event.node);
      if (member !== undefined) memory.hostAddresses.delete(member.hostAddress);
    }
  }
};
