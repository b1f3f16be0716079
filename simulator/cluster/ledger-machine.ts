import type { ClusterState } from '../../domain/cluster/state.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import type { Allocators } from '../../services/ledger/allocate-all.ts';
import type { Owner } from '../loop.ts';
import type { Disk, DiskImage } from '../machine/disk.ts';
import type { Faults } from '../machine/faults.ts';
import type { Surroundings } from '../machine/surroundings.ts';
import type { Connection } from './connection.ts';

/** The cluster log, folded as it grows, and each event checked as it comes. */
export type LedgerHistory = {
  readonly state: () => ClusterState;
  /** Position of the last event; −1 for none. */
  readonly end: () => number;
  /** Hashes of the cluster's stream by revision, for each epoch that there was: what a restore took away too. */
  readonly decided: Map<number, string[]>;
  readonly isRevoked: (node: NodeName) => boolean;
  /** `again`: they were there before. */
  readonly take: (events: ReadonlyArray<RecordedEvent>, again?: 'again') => void;
};

/** One process of the ledger's server. */
export type LedgerLife = {
  readonly owner: Owner;
  /** There when it serves. */
  store: EventStore | undefined;
  allocators: Allocators | undefined;
};

/** The machine with the cluster log, its server and the allocator in it. */
export type LedgerMachine = {
  readonly disk: Disk;
  readonly faults: Faults;
  readonly surroundings: Surroundings;
  readonly wall: { offsetMs: number };
  readonly connections: Set<Connection>;
  history: LedgerHistory;
  life: LedgerLife | undefined;
  backup: DiskImage | undefined;
  /** Two allocators wrote since its server started: one of them may have stood down. */
  doubled: boolean;
};
