import type { MachineHints } from '../identity/machine-hints.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import type { ClusterConfiguration } from './configuration.ts';
import type { LifeHead } from './events.ts';
import type { NodePresented } from './presented-events.ts';
import type { RequestRefused } from './refused-events.ts';

export type Lease = {
  readonly subnet: Cidr;
  /** The reason, from revoked until released. */
  readonly revoked: string | undefined;
};

export type Member = {
  readonly incarnation: Incarnation;
  readonly publicKey: string;
  readonly hostAddress: IpAddress;
  readonly hints?: MachineHints;
  /** An operator's reason for saying that this life is destroyed. */
  readonly attested?: string;
  /** Where the life before ended that this one replaced. */
  readonly continues?: LifeHead;
  /** What was released by its TTL since this life was leased anything: its pods may use it still. */
  readonly expired?: ReadonlyArray<Cidr>;
  /** What it holds, revoked or not; empty between a release and the next lease. */
  readonly leases: ReadonlyArray<Lease>;
};

/** What may be given, and what of it is held. */
export type Pools = {
  /** In the order of the configuration's `podCidrs`. */
  readonly subnets: ReadonlyArray<Pool>;
  readonly hostAddresses: Pool;
};

export type Presented = Pick<NodePresented, 'node' | 'incarnation' | 'epoch' | 'contested'> & {
  /** As of `Member`, of a life that is none: what it says that it uses is settled. */
  readonly attested?: string;
};

/** A copied disk that runs under another name has the incarnation of the one it is of. */
export const lifeKey = (node: NodeName, incarnation: Incarnation): string => `${node}:${incarnation}`;

export type Refusal = Omit<RequestRefused, 'type'>;

/** Size is what counts: one `Member` and two pool entries per node, for 65,536 nodes. */
export type ClusterState = {
  configuration: ClusterConfiguration | undefined;
  /** There as soon as there is a configuration. */
  pools: Pools | undefined;
  readonly members: Map<NodeName, Member>;
  /** Nodes that left and have not joined again: leaving twice is leaving once. */
  readonly departed: Set<NodeName>;
  /** The last epoch that a restored backup began; `undefined`: the log was never restored. */
  epoch: number | undefined;
  /** The epoch in which an operator ended the pause of leasing that its restore began. */
  resumed: number | undefined;
  /** Which lives have presented what they hold in this epoch, and what of it they cannot have; by `lifeKey`. */
  readonly presented: Map<string, Presented>;
  /** Lives whose place another one took: whatever they say, they are over. By `lifeKey`. */
  readonly replaced: Set<string>;
  /** What each life was refused last and has not been granted since, the newest last; at most `mostRefusals`. */
  readonly refusals: Map<Incarnation, Refusal>;
  /** The latest stamp that any event named. */
  latest: string | undefined;
};

export const initialState = (): ClusterState => ({
  configuration: undefined,
  pools: undefined,
  members: new Map(),
  departed: new Set(),
  epoch: undefined,
  resumed: undefined,
  presented: new Map(),
  replaced: new Set(),
  refusals: new Map(),
  latest: undefined,
});
