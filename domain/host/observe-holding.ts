import { awaitsOwnNode, ownNodeSays } from '../cluster/awaits-own-node.ts';
import { familiesOf } from '../cluster/family-pools.ts';
import { contestedWords } from '../cluster/presented-events.ts';
import { type Holding, holdingOf } from '../cluster/queries.ts';
import { type ClusterState, lifeKey, type Presented } from '../cluster/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
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
const contestWords = ({ node, epoch, contested }: Presented): string =>
  `the cluster log was restored (epoch ${epoch}): ${contestedWords(node, contested)}`;

/**
 * The word of a restored log about what this life presented, where it is not simply the member with all of that: a fence, or `'wait'` where
 * nothing follows yet; `undefined` when there is none.
 */
const answerToPresented = (
  state: Readonly<ClusterState>,
  node: NodeName,
  incarnation: Incarnation,
): Presented | 'wait' | undefined => {
  const one = state.presented.get(lifeKey(node, incarnation));
  if (one === undefined) {
    // Another life is the member, and the log does not know that this one ever was: the answer is under way.
    const member = state.members.get(node);
    const isUnknown = member !== undefined && member.incarnation !== incarnation;
    return isUnknown && state.epoch !== undefined && !state.replaced.has(lifeKey(node, incarnation))
      ? 'wait'
      : undefined;
  }
  if (one.contested.length === 0) return undefined;
  return awaitsOwnNode(one) && ownNodeSays(state, node, incarnation) !== 'over' ? 'wait' : one;
};

/** Whether this life has to present again, and gets what it uses then. */
export const presentsAgain = (
  state: Readonly<ClusterState>,
  node: NodeName,
  incarnation: Incarnation,
): boolean => {
  const one = state.presented.get(lifeKey(node, incarnation));
  return one !== undefined && awaitsOwnNode(one) && ownNodeSays(state, node, incarnation) === 'present-again';
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
  incarnation: Incarnation,
  clusterRevision: number,
  heldNothingAt: number | undefined,
): Observe<'observe-lease' | 'observe-fence'> | undefined => {
  const answer = answerToPresented(state, node, incarnation);
  if (answer === 'wait') return undefined;
  if (answer !== undefined) return { type: 'observe-fence', reason: contestWords(answer), clusterRevision };
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
