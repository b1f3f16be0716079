import { either as E } from 'fp-ts';
import { describeClusterFailure } from '../../domain/cluster/failure.ts';
import type { OperatorsWord } from '../../domain/cluster/operators-word.ts';
import { leasedElsewhere, type RestoredView, restoredView } from '../../domain/cluster/queries.ts';
import type { DiskOutlook } from '../../domain/disk/outlook.ts';
import { capacityOf } from '../../domain/host/ipam/range-sets.ts';
import type { Lease } from '../../domain/host/state.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { Member } from './agent.ts';
import type { LedgerStatus } from './ledger-standing.ts';
import { otherKeyOf } from './other-key.ts';
import { reasonsNow } from './reasons.ts';
import { upgradeOf } from './upgrade.ts';

export type PoolStatus = {
  readonly subnet: string;
  readonly held: number;
  /** Decimal text: an IPv6 subnet holds more than a JSON number can say. */
  readonly capacity: string;
};

export type NetworkStatus = Omit<PoolStatus, 'subnet'> & { readonly network: string };

export type RefusedStatus = {
  readonly msg: string;
  readonly remedy: string;
  /**
   * The event that asked, as the cluster's stream has it: the same refusal of a later request is not written again. Absent: the allocator
   * is in the agent, and it is of the last one.
   */
  readonly request?: string;
};

/** One node at a glance, for people, scripts and evio-config-gen. */
export type Status = {
  readonly cluster: string;
  readonly node: string;
  readonly incarnation: string;
  readonly hostStream: string;
  readonly era: number;
  readonly revision: number;
  readonly clusterRevision: number;
  readonly configured: boolean;
  readonly bridge: string;
  readonly mtu: number;
  /** Whether pods are kept to their own addresses. */
  readonly antiSpoofing: boolean;
  readonly ready: boolean;
  /** Why not, in words. */
  readonly reasons: ReadonlyArray<string>;
  readonly joinRequested: boolean;
  readonly leaving: boolean;
  /** Why nothing more is given from the lease, which goes back with the last attachment. */
  readonly fence?: string;
  /** What operators have put on record against this life since it was given a lease last, fenced or not; an agent of before does not say. */
  readonly operatorsWord?: OperatorsWord;
  readonly lease?: {
    readonly subnets: ReadonlyArray<string>;
    readonly hostAddress: string;
    /** Absent where leases have none. */
    readonly ttlSeconds?: number;
    /** Behind a ledger, of a lease with a TTL: for how long it is served when the ledger is not heard of any more; 0: it is not served. */
    readonly servedSeconds?: number;
  };
  /** What of the lease, on its way back, is another node's already: addresses there may be held twice. */
  readonly elsewhere?: ReadonlyArray<{ readonly subnet: string; readonly holder: string }>;
  /** The cluster decided what this program cannot read: it serves the lease that it knows, and learns of no other. */
  readonly upgrade?: { readonly msg: string; readonly remedy: string };
  /** The key of this node's identity is not the one that the cluster knows. */
  readonly otherKey?: { readonly msg: string; readonly remedy: string };
  /** Why the allocator refused this node's last request. */
  readonly refused?: RefusedStatus;
  /** The cluster log was restored, and somebody has to see to it. */
  readonly restored?: RestoredView;
  readonly attached: number;
  readonly reserved: number;
  /** Attached pods whose link is gone: their DEL has not come. */
  readonly linkless: number;
  /** Behind a ledger: how this node stands with it. */
  readonly ledger?: LedgerStatus;
  /** Where the own log is the cluster's: events there that are not followed yet; an agent of before does not say. */
  readonly unobserved?: number;
  /** DELs that wait for the agent; absent where the queue cannot be read, and of an agent of before. */
  readonly queued?: number;
  readonly pools: ReadonlyArray<PoolStatus>;
  /** What evio-ipam gives, by network; an agent of before does not say. */
  readonly networks?: ReadonlyArray<NetworkStatus>;
  /** The log's room, bytes; absent where it is not known. */
  readonly disk?: DiskOutlook;
};

/** What was refused to another life of this node is not this one's. */
const refusalOf = ({ refused, configuration, cluster, ports }: Member): RefusedStatus | undefined => {
  const { logId } = ports.ownLog.identity;
  const failure = refused.get(configuration.node);
  if (failure !== undefined && (failure.type !== 'node-known' || failure.refused === logId))
    return describeClusterFailure(failure);
  const said = cluster.state().refusals.get(logId as Incarnation);
  return said && { msg: said.reason, remedy: said.remedy, request: said.request };
};

const leaseOf = (
  { subnets, hostAddress, leaseTtlSeconds }: Lease,
  servedSeconds: number | undefined,
): NonNullable<Status['lease']> => ({
  subnets,
  hostAddress,
  ...(leaseTtlSeconds === undefined ? {} : { ttlSeconds: leaseTtlSeconds }),
  ...(servedSeconds === undefined ? {} : { servedSeconds }),
});

export const statusOf = async (agent: Member): Promise<Status> => {
  const { configuration, host, cluster, ports } = agent;
  const queued = await ports.delQueue?.names()();
  const reasons = reasonsNow(agent);
  const state = host.state();
  const attachments = [...state.attachments.values()];
  const attached = attachments.filter(({ status }) => status === 'attached').length;
  const upgrade = upgradeOf(agent);
  const otherKey = otherKeyOf(agent);
  const restored = restoredView(cluster.state());
  const refusal = refusalOf(agent);
  const word = agent.operatorsWord();
  const elsewhere = leasedElsewhere(cluster.state(), configuration.node, state.lease?.subnets ?? []);
  return {
    cluster: configuration.cluster,
    node: configuration.node,
    incarnation: ports.ownLog.identity.logId,
    hostStream: agent.hostStream(),
    era: state.era,
    revision: host.revision(),
    clusterRevision: cluster.revision(),
    configured: cluster.state().configuration !== undefined,
    bridge: configuration.bridge.name,
    mtu: configuration.bridge.mtu,
    antiSpoofing: configuration.antiSpoofing,
    ready: reasons.length === 0,
    reasons,
    joinRequested: state.joinRequested,
    leaving: state.leaveRequested,
    ...(state.fence === undefined ? {} : { fence: state.fence }),
    ...(word === undefined ? {} : { operatorsWord: word }),
    ...(state.lease === undefined ? {} : { lease: leaseOf(state.lease, agent.ledger?.servedSeconds()) }),
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
    ...(upgrade === undefined ? {} : { upgrade }),
    ...(otherKey === undefined ? {} : { otherKey }),
    ...(refusal === undefined ? {} : { refused: refusal }),
    ...(restored === undefined ? {} : { restored }),
    attached,
    reserved: attachments.length - attached,
    linkless: agent.readiness.linkless.size,
    ...(queued === undefined || E.isLeft(queued) ? {} : { queued: queued.right.length }),
    ...(agent.readiness.disk === undefined ? {} : { disk: agent.readiness.disk }),
    ...(agent.ledger === undefined
      ? { unobserved: Math.max(0, cluster.revision() - agent.observed()) }
      : { ledger: agent.ledger.status() }),
    pools: [...state.pools].map(([subnet, { held, row }]) => ({
      subnet,
      held: held.size,
      capacity: row.count.toString(),
    })),
    networks: [...state.networks].map(([network, { held, ranges }]) => ({
      network,
      held: held.size,
      capacity: capacityOf(ranges).toString(),
    })),
  };
};
