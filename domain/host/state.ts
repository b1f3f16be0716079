import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import { firstReader, newestReader } from '../reader.ts';
import { firstEra } from '../stream.ts';
import type { LeaseObserved, PodAdded } from './events.ts';
import { type ExtraSubnets, noExtra } from './extra-subnets.ts';
import type { NetworkPools } from './ipam/state.ts';

/** What one host stream folds to: all that the agent needs to serve without asking anybody. */
export type HostState = {
  era: number;
  /** Its stream has ended: what happens now belongs in that of the next era. */
  closed: boolean;
  bootId: string | undefined;
  joinRequested: boolean;
  leaveRequested: boolean;
  /** What was last learnt of the cluster. */
  lease: Lease | undefined;
  /** What of its lease is asked for, or on its way back. */
  extra: ExtraSubnets;
  /** Why nothing more may be given from the lease; its pods keep running. */
  fence: string | undefined;
  /** How far the cluster stream has been observed; −1 for not at all. */
  clusterRevision: number;
  /** The cluster log's, as it was last known; `undefined` where it was never restored. */
  epoch: number | undefined;
  readonly attachments: Map<string, Attachment>;
  /** One pool per subnet ever leased, kept so that an address comes back to the pool it was taken from. */
  readonly pools: Map<Cidr, Pool>;
  /** By network: the addresses that evio-ipam gives. They are the network's own, and no lease's. */
  readonly networks: NetworkPools;
};

export type Lease = Omit<LeaseObserved, 'type' | 'clusterRevision' | 'epoch'>;

export type Attachment = Omit<PodAdded, 'type'> & {
  /** Reserved: addresses held, wiring under way or interrupted. Attached: answered as usable. */
  readonly status: 'reserved' | 'attached';
};

export const initialState = (): HostState => ({
  era: firstEra,
  closed: false,
  bootId: undefined,
  joinRequested: false,
  leaveRequested: false,
  lease: undefined,
  extra: noExtra,
  fence: undefined,
  clusterRevision: -1,
  epoch: undefined,
  attachments: new Map(),
  pools: new Map(),
  networks: new Map(),
});

/**
 * The oldest program that must be able to read what is written under this lease. A node without one writes for nobody but itself.
 */
export const minReaderOf = (lease: Lease | undefined): number =>
  lease === undefined ? newestReader : (lease.minReader ?? firstReader);

export const maxSubnetsOf = ({ maxSubnetsPerNode = 1 }: { readonly maxSubnetsPerNode?: number }): number =>
  maxSubnetsPerNode;

export const addressesOf = (attachment: Pick<Attachment, 'addresses'>): ReadonlyArray<IpAddress> =>
  attachment.addresses.map(({ address }) => address);
