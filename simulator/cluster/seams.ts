import type { EventStore } from '../../domain/port/event-store.ts';
import type { Membership } from '../../services/agent/membership.ts';
import type { MembershipPorts } from '../../services/agent/ports.ts';
import type { AllocatingPorts } from '../../services/ledger/allocate.ts';
import type { Host } from './host.ts';

/** Where a mutant may change the programs: between their parts, never inside them. What is absent stays as it is. */
export type ClusterSeams = {
  /** A node's own log and files. */
  readonly ports?: (ports: MembershipPorts, host: Host) => MembershipPorts;
  /** The ledger as a node reaches it, one per connection. */
  readonly ledger?: (store: EventStore, host: Host) => EventStore;
  readonly membership?: (membership: Membership, host: Host) => Membership;
  /** What an allocator works with, one per run of it. */
  readonly allocator?: (ports: AllocatingPorts) => AllocatingPorts;
};
