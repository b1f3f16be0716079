import { either as E } from 'fp-ts';
import { describeClusterFailure } from '../../domain/cluster/failure.ts';
import type { DiskOutlook } from '../../domain/disk/outlook.ts';
import { capacityOf } from '../../domain/host/ipam/range-sets.ts';
import type { Member } from './agent.ts';
import { reasonsNow } from './reasons.ts';

export type PoolStatus = {
  readonly subnet: string;
  readonly held: number;
  /** Decimal text: an IPv6 subnet holds more than a JSON number can say. */
  readonly capacity: string;
};

export type NetworkStatus = Omit<PoolStatus, 'subnet'> & { readonly network: string };

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
  readonly fence?: string;
  readonly lease?: { readonly subnets: ReadonlyArray<string>; readonly hostAddress: string };
  /** Why the allocator refused this node's last request. */
  readonly refused?: { readonly msg: string; readonly remedy: string };
  readonly attached: number;
  readonly reserved: number;
  /** Attached pods whose link is gone: their DEL has not come. */
  readonly linkless: number;
  /** DELs that wait for the agent; absent where the queue cannot be read, and of an agent of before. */
  readonly queued?: number;
  readonly pools: ReadonlyArray<PoolStatus>;
  /** What evio-ipam gives, by network; an agent of before does not say. */
  readonly networks?: ReadonlyArray<NetworkStatus>;
  /** The log's room, bytes; absent where it is not known. */
  readonly disk?: DiskOutlook;
};

export const statusOf = async (agent: Member): Promise<Status> => {
  const { configuration, host, cluster, ports } = agent;
  const queued = await ports.delQueue?.names()();
  const reasons = reasonsNow(agent);
  const state = host.state();
  const attachments = [...state.attachments.values()];
  const attached = attachments.filter(({ status }) => status === 'attached').length;
  const refusal = agent.refused.get(configuration.node);
  const described = refusal === undefined ? undefined : describeClusterFailure(refusal);
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
    ...(state.lease === undefined
      ? {}
      : { lease: { subnets: state.lease.subnets, hostAddress: state.lease.hostAddress } }),
    ...(described === undefined ? {} : { refused: described }),
    attached,
    reserved: attachments.length - attached,
    linkless: agent.readiness.linkless.size,
    ...(queued === undefined || E.isLeft(queued) ? {} : { queued: queued.right.length }),
    ...(agent.readiness.disk === undefined ? {} : { disk: agent.readiness.disk }),
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
