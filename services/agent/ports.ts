import type { clusterEvents } from '../../domain/cluster/events.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import type { HostState } from '../../domain/host/state.ts';
import type { AddressFolders } from '../../domain/port/address-folder.ts';
import type { BootClock } from '../../domain/port/boot-clock.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { DelQueue } from '../../domain/port/del-queue.ts';
import type { DerivedCopies } from '../../domain/port/derived-copies.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { DiskRoom } from '../../domain/port/disk-room.ts';
import type { DropEra } from '../../domain/port/drop-era.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { Files } from '../../domain/port/files.ts';
import type { Firewall } from '../../domain/port/firewall.ts';
import type { FlowTable } from '../../domain/port/flow-table.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Kernel } from '../../domain/port/kernel.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import type { Log } from '../../domain/port/log.ts';
import type { PayloadRedactor } from '../../domain/port/payload-redactor.ts';
import type { Settings } from '../../domain/port/settings.ts';
import type { Supersede } from '../../domain/port/supersede.ts';
import type { Switch } from '../../domain/port/switch.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Aggregate } from '../aggregate.ts';
import type { Snapshots } from '../snapshots.ts';
import type { AgentMetrics } from './metric-table.ts';

/** All that the agent can do to the world, given to it by `main.ts`. */
export type AgentPorts = {
  /** Authority for this host's stream. */
  readonly ownLog: EventStore;
  /** Of the own log. Absent where its disk never refuses a flush. */
  readonly latched?: Latched;
  /** Redacts payloads of the own log. */
  readonly redactor: PayloadRedactor;
  /** What of the own log stands in other files. */
  readonly derived: DerivedCopies;
  /** Absent where the own log keeps all its eras. */
  readonly dropEra?: DropEra;
  /** Absent where the own log never is behind a ledger: a replica is not begun again then. */
  readonly supersede?: Supersede;
  /** Where the cluster's stream is read: with one host, whose agent allocates, the own log; behind a ledger, its replica in the own log. */
  readonly clusterLog: EventStore;
  /** The cluster log on another machine. Absent: there is none, and this agent allocates. */
  readonly ledger?: LedgerLink;
  /** Which of the cluster's events are read; absent: all that this program knows. */
  readonly clusterEvents?: typeof clusterEvents;
  readonly switch: Switch;
  /** The same switch's flows on our bridge. */
  readonly flows: FlowTable;
  readonly kernel: Kernel;
  readonly firewall: Firewall;
  readonly settings: Settings;
  readonly files: Files;
  /** Absent where nobody watches it. */
  readonly diskRoom?: DiskRoom;
  readonly delQueue: DelQueue;
  /** Where evio-ipam keeps a file for each address, as host-local does. */
  readonly addressFolders: AddressFolders;
  readonly clock: Clock;
  /** By it a node counts for how long it may serve a lease with a TTL. Absent: such a lease is not served behind a ledger. */
  readonly bootClock?: BootClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly sha256: Sha256;
  readonly log: Log;
  /** Absent where nobody asks for them. */
  readonly metrics?: AgentMetrics;
  /** Without them every start folds the whole history. */
  readonly snapshots?: Snapshots;
};

/** What membership of a cluster takes: logs and their tools, neither switch nor kernel. */
export type MembershipPorts = Pick<
  AgentPorts,
  | 'ownLog'
  | 'latched'
  | 'dropEra'
  | 'supersede'
  | 'clusterLog'
  | 'ledger'
  | 'clusterEvents'
  | 'files'
  | 'clock'
  | 'bootClock'
  | 'timer'
  | 'ids'
  | 'sha256'
  | 'log'
  | 'snapshots'
> &
  Partial<Pick<AgentPorts, 'derived'>>;

export type Host = Omit<Aggregate<HostCommand, HostEvent, HostState, HostFailure>, 'transactAll'>;
