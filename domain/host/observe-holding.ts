import { familiesOf } from '../cluster/family-pools.ts';
import { contestedWords } from '../cluster/presented-events.ts';
import { type Holding, holdingOf } from '../cluster/queries.ts';
import type { ClusterState } from '../cluster/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import { cidrFamily } from '../ip/cidr.ts';
import { firstReader } from '../reader.ts';
import type { HostCommand } from './command.ts';

type Observe<Type extends HostCommand['type']> = Extract<HostCommand, { readonly type: Type }>;

/** What the cluster's configuration says of a lease; `undefined` before there is one. */
export const observedConfiguration = (
  { configuration, epoch }: Readonly<ClusterState>,
  clusterRevision: number,
): Observe<'observe-configuration'> | undefined => {
  if (configuration === undefined) return undefined;
  const { podCidrs, hostCidr, minReader, maxSubnetsPerNode, leaseTtlSeconds } = configuration;
  return {
    type: 'observe-configuration',
    podCidrs: podCidrs.map(({ cidr }) => cidr),
    hostCidr,
    ...(minReader === firstReader ? {} : { minReader }),
    ...(maxSubnetsPerNode === undefined ? {} : { maxSubnetsPerNode }),
    ...(leaseTtlSeconds === undefined ? {} : { leaseTtlSeconds }),
    clusterRevision,
    ...(epoch === undefined ? {} : { epoch }),
  };
};

const notTheMember = (node: NodeName, holding: Holding | undefined): string =>
  holding === undefined
    ? `${node} left the cluster without this life's asking`
    : `${node} goes on as incarnation ${holding.incarnation}, which replaced this one`;

/** What of what this life presented it cannot have: it must give no more of it, whatever else it holds. */
const contestWords = (
  { presented }: Readonly<ClusterState>,
  node: NodeName,
  incarnation: string,
): string | undefined => {
  const one = presented.get(node);
  if (one === undefined || one.incarnation !== incarnation || one.contested.length === 0) return undefined;
  return `the cluster log was restored (epoch ${one.epoch}): ${contestedWords(one.contested)}`;
};

/** Whether the cluster has nothing leased to this life: all that it surrendered before is released. */
export const holdsNothing = (state: Readonly<ClusterState>, node: NodeName, incarnation: string): boolean => {
  const holding = holdingOf(state, node);
  return holding === undefined || holding.incarnation !== incarnation || holding.subnets.length === 0;
};

/**
 * What the cluster's state means for this life of a node, which held nothing behind `heldNothingAt` for the last time; `undefined` when it is nothing yet: a join is several events, and is learnt
 * when there is a subnet of every family.
 */
export const observedHolding = (
  state: Readonly<ClusterState>,
  node: NodeName,
  incarnation: string,
  clusterRevision: number,
  heldNothingAt: number | undefined,
): Observe<'observe-lease' | 'observe-fence'> | undefined => {
  const contested = contestWords(state, node, incarnation);
  if (contested !== undefined) return { type: 'observe-fence', reason: contested, clusterRevision };
  const configured = observedConfiguration(state, clusterRevision);
  const holding = holdingOf(state, node);
  if (configured === undefined) return undefined;
  // Not this life's: what it relied on, if it ever did, it has no longer. Before its own join, fencing means nothing.
  if (holding?.incarnation !== incarnation)
    return { type: 'observe-fence', reason: notTheMember(node, holding), clusterRevision };
  if (holding.attested !== undefined)
    return {
      type: 'observe-fence',
      reason: `an operator says that this life of ${node} is destroyed: ${holding.attested}`,
      clusterRevision,
    };
  if (holding.revoked !== undefined)
    return { type: 'observe-fence', reason: holding.revoked, clusterRevision };
  const { subnets, hostAddress, continues } = holding;
  const isWhole = familiesOf(state).every((family) => subnets.some((one) => cidrFamily(one) === family));
  return isWhole
    ? {
        ...configured,
        type: 'observe-lease',
        subnets,
        hostAddress,
        heldNothingAt,
        ...(continues && { continues }),
      }
    : undefined;
};
