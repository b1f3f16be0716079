import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Owner } from '../loop.ts';
import type { Watched } from '../playing.ts';
import type { Dice } from '../random.ts';
import type { Host } from './host.ts';
import type { LedgerMachine } from './ledger-machine.ts';
import type { ClusterSeams } from './seams.ts';

export const cluster = 'evio' as ClusterName;

/** `evio-ledger allocate` on another machine, started by mistake beside the server's own. Its files outlive it. */
export type SecondAllocator = {
  life: Owner | undefined;
  readonly files: Map<string, string>;
  everRan: boolean;
};

/** Nodes that join one ledger. */
export type ClusterWorld = Watched & {
  readonly seams: ClusterSeams;
  readonly roll: Dice;
  readonly ids: Ids;
  readonly nodes: number;
  /** How many events an era has; 0: none ends. */
  readonly eraEvents: number;
  /** Whether there are fewer subnets than nodes. */
  readonly isTight: boolean;
  readonly hosts: Host[];
  readonly ledger: LedgerMachine;
  readonly second: SecondAllocator;
  /** Whose requests and answers are on their way: the network outlives every machine. */
  readonly network: Owner;
  /** Hashes of all events of hosts that ever reached an own log, and were not taken back by a power cut. */
  readonly written: Set<string>;
  /** Which machines hold an address, as their logs have it. */
  readonly holders: Map<string, Set<Host>>;
  /** Requests that an allocator says it refused. */
  readonly answered: Set<string>;
  lives: number;
};
