import * as t from 'io-ts';
import { MachineHints } from '../identity/machine-hints.ts';
import { NodeName } from '../identity/node-name.ts';
import { Incarnation } from '../identity/uuid.ts';
import { ImportSource } from '../import-source.ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { Cidr } from '../ip/cidr.ts';
import { NodePresented } from './presented-events.ts';
import { RequestRefused } from './refused-events.ts';

/*
 * These shapes and names are the storage format: a change needs a new version, an upcaster and golden files. One change is
 * free: a new key that may be absent and then means what was true before; programs that do not know it pass it by.
 */

/** One or more of each family; `nodeBits` number the nodes: 10.244.0.0/16 with 8 gives 256 subnets of /24. */
export const PodCidr = t.strict({ cidr: Cidr, nodeBits: Integer });
export type PodCidr = t.TypeOf<typeof PodCidr>;

export const ClusterConfigured = t.exact(
  t.intersection([
    t.type({
      type: t.literal('ClusterConfigured'),
      podCidrs: t.readonlyArray(PodCidr),
      hostCidr: Cidr,
      /** From a subnet's release until it may be leased again. */
      quarantineSeconds: Integer,
      /** The oldest program version, as an event-schema number, that can read all that is written from here on. */
      minReader: Integer,
    }),
    t.partial({
      /** Of each family; 1 when absent. */
      maxSubnetsPerNode: Integer,
      /** A lease is its holder's for so long behind the holder's last word; for ever when absent. Generation 7. */
      leaseTtlSeconds: Integer,
    }),
  ]),
);

/** One life of a node, as its own stream tells of it. */
const life = {
  node: NodeName,
  incarnation: Incarnation,
  /** Ed25519, base64 of the 32 bytes. */
  publicKey: t.string,
};

/** Absent: the node said nothing of its machine. */
const hinted = { hints: MachineHints };

/** The host address is the policy's choice, but where the request named it, or the events beside it say that the node presented it. */
export const NodeJoined = t.exact(
  t.intersection([
    t.type({ type: t.literal('NodeJoined'), ...life, hostAddress: IpAddress }),
    t.partial(hinted),
  ]),
);

export const SubnetLeased = t.exact(
  t.intersection([
    t.type({
      type: t.literal('SubnetLeased'),
      node: NodeName,
      subnet: Cidr,
      /** The cluster log's own stamp of the request: what quarantine was measured against. RFC 3339 UTC. */
      asOf: t.string,
    }),
    /** Taken over with the pods in it; absent: chosen by the allocator's policy (`choose-subnet.ts`), which an auditor runs again. */
    t.partial({
      from: ImportSource,
      /** Leased to it again in this epoch, for it held it when the log was restored. */
      presented: Integer,
    }),
  ]),
);

export const LeaseRevoked = t.strict({
  type: t.literal('LeaseRevoked'),
  node: NodeName,
  subnet: Cidr,
  reason: t.string,
});

export const ReleasedBy = t.keyof({ holder: null, attestation: null, ttl: null });

export const SubnetReleased = t.exact(
  t.intersection([
    t.type({
      type: t.literal('SubnetReleased'),
      node: NodeName,
      subnet: Cidr,
      by: ReleasedBy,
      /** Quarantine counts from here: the cluster log's own stamp. RFC 3339 UTC. */
      asOf: t.string,
    }),
    /** By TTL: the log's stamp of the last event of the holder that it has. Generation 7. */
    t.partial({ heardAt: t.string }),
  ]),
);

export const NodeLeft = t.strict({
  type: t.literal('NodeLeft'),
  node: NodeName,
  asOf: t.string,
});

/**
 * The log was put back from a backup: what was recorded behind `backup.position` in the old epoch is gone from it. Written into each
 * cluster stream, so that whoever reads the cluster's history sees where it may have a gap. Leasing pauses from here on.
 */
export const LogRestored = t.strict({
  type: t.literal('LogRestored'),
  /** The epoch that began. */
  epoch: Integer,
  /** The backup's own epoch, and the last position that was in it. */
  backup: t.strict({ epoch: Integer, position: Integer }),
});

/** An operator says that no node holds what the log does not know: leasing goes on. */
export const LeasingResumed = t.strict({
  type: t.literal('LeasingResumed'),
  reason: t.string,
});

/** An operator's word that this life of the node is destroyed: its disk will not come back, and nothing of it runs. */
export const NodeAttested = t.strict({
  type: t.literal('NodeAttested'),
  node: NodeName,
  incarnation: Incarnation,
  reason: t.string,
});

/** The last event of a life, in the stream of its newest era. */
export const LifeHead = t.strict({ stream: t.string, revision: Integer, hash: t.string });
export type LifeHead = t.TypeOf<typeof LifeHead>;

/** A new life of the node holds what the previous one held: its leases and its host address. */
export const IncarnationReplaced = t.exact(
  t.intersection([
    t.type({ type: t.literal('IncarnationReplaced'), ...life, previous: Incarnation }),
    t.partial({
      ...hinted,
      /** Where the previous life ends as far as the log has it; absent where it has nothing of it. */
      head: LifeHead,
    }),
  ]),
);
export { NodePresented } from './presented-events.ts';
export { RequestRefused } from './refused-events.ts';

/** Payload codecs by event type, each at its current version. */
export const clusterEvents = {
  ClusterConfigured: { version: 1, codec: ClusterConfigured },
  NodeJoined: { version: 1, codec: NodeJoined },
  SubnetLeased: { version: 1, codec: SubnetLeased },
  LeaseRevoked: { version: 1, codec: LeaseRevoked },
  SubnetReleased: { version: 1, codec: SubnetReleased },
  NodeLeft: { version: 1, codec: NodeLeft },
  LogRestored: { version: 1, codec: LogRestored },
  LeasingResumed: { version: 1, codec: LeasingResumed },
  NodeAttested: { version: 1, codec: NodeAttested },
  IncarnationReplaced: { version: 1, codec: IncarnationReplaced },
  NodePresented: { version: 1, codec: NodePresented },
  RequestRefused: { version: 1, codec: RequestRefused },
} as const;

export type ClusterConfigured = t.TypeOf<typeof ClusterConfigured>;
export type NodeJoined = t.TypeOf<typeof NodeJoined>;
export type SubnetLeased = t.TypeOf<typeof SubnetLeased>;
export type LeaseRevoked = t.TypeOf<typeof LeaseRevoked>;
export type SubnetReleased = t.TypeOf<typeof SubnetReleased>;
export type NodeLeft = t.TypeOf<typeof NodeLeft>;
export type LogRestored = t.TypeOf<typeof LogRestored>;
export type LeasingResumed = t.TypeOf<typeof LeasingResumed>;
export type NodeAttested = t.TypeOf<typeof NodeAttested>;
export type IncarnationReplaced = t.TypeOf<typeof IncarnationReplaced>;

export type ClusterEvent =
  | ClusterConfigured
  | NodeJoined
  | SubnetLeased
  | LeaseRevoked
  | SubnetReleased
  | NodeLeft
  | LogRestored
  | LeasingResumed
  | NodeAttested
  | IncarnationReplaced
  | NodePresented
  | RequestRefused;
