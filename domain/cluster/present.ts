import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import { isPlace } from '../ip/row.ts';
import { awaitsOwnNode } from './awaits-own-node.ts';
import type { ClusterCommand } from './command.ts';
import { contesterOf } from './contests.ts';
import type { ClusterEvent, SubnetLeased } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import { poolFor } from './family-pools.ts';
import { isSubnetOf } from './held-subnet.ts';
import { destroyed } from './member-of.ts';
import type { Contested, NodePresented } from './presented-events.ts';
import { replaceLife } from './replace.ts';
import { type ClusterState, lifeKey, type Member } from './state.ts';

type Present = Extract<ClusterCommand, { readonly type: 'present' }>;

/** The first generation of programs that reads `NodePresented`. */
const presentReader = 6;

const contest = (place: string, holder: string | undefined): Contested =>
  holder === undefined ? { place } : { place, holder: holder as NodeName };

/**
 * What keeps the node from having the subnet; `undefined` when nothing does. That it was leased before and is free counts for nothing:
 * the lease that the node speaks of may have come after that, behind the backup.
 */
const subnetContest = (state: ClusterState, node: NodeName, subnet: Cidr): Contested | undefined => {
  const found = poolFor(state, subnet);
  if (found === undefined || !isSubnetOf(found.podCidr, subnet)) return contest(subnet, undefined);
  const holder = found.pool.held.get(subnet) ?? contesterOf(state, subnet, node);
  return holder === undefined || holder === node ? undefined : contest(subnet, holder);
};

const addressContest = (
  state: ClusterState,
  node: NodeName,
  hostAddress: IpAddress,
): Contested | undefined => {
  const { pools, members } = state;
  const member = members.get(node);
  if (member !== undefined)
    return member.hostAddress === hostAddress ? undefined : contest(hostAddress, undefined);
  if (pools === undefined || !isPlace(pools.hostAddresses.row, hostAddress))
    return contest(hostAddress, undefined);
  const holder = pools.hostAddresses.held.get(hostAddress) ?? contesterOf(state, hostAddress, node);
  return holder === undefined ? undefined : contest(hostAddress, holder);
};

const takenBack = (state: ClusterState, { node, subnets, asOf }: Present): ReadonlyArray<SubnetLeased> => {
  const own = state.members.get(node)?.leases ?? [];
  return subnets
    .filter(
      (subnet) =>
        subnetContest(state, node, subnet) === undefined && !own.some((lease) => lease.subnet === subnet),
    )
    .map((subnet) => ({ type: 'SubnetLeased', node, subnet, asOf, presented: state.epoch ?? 0 }));
};

const saidBy = (
  { node, incarnation, epoch }: Present,
  contested: ReadonlyArray<Contested>,
): NodePresented => ({
  type: 'NodePresented',
  node,
  incarnation,
  epoch,
  contested,
});

/**
 * A life presents that the log does not know, for it lost that an operator had attested the one before. What it uses waits for that word,
 * and is nobody else's; once it is said again this life goes on, where it has the node's host address.
 */
const presentAnotherLife = (
  state: ClusterState,
  member: Member,
  command: Present,
): E.Either<ClusterFailure, ReadonlyArray<ClusterEvent>> => {
  const { node, incarnation, subnets, hostAddress } = command;
  if (hostAddress === undefined) return E.right([]);
  const contested = subnets.flatMap((one) => subnetContest(state, node, one) ?? []);
  const awaiting = subnets.map((one) => subnetContest(state, node, one) ?? contest(one, node));
  const before = state.presented.get(lifeKey(node, incarnation));
  const hasAddress =
    state.pools?.hostAddresses.held.get(hostAddress) ?? contesterOf(state, hostAddress, node) ?? node;
  const said = before === undefined ? [saidBy(command, [contest(hostAddress, hasAddress), ...awaiting])] : [];
  const isRevoked = member.leases.some(({ revoked }) => revoked !== undefined);
  const mayGoOn = before === undefined || awaitsOwnNode(before);
  if (!mayGoOn || member.attested === undefined || isRevoked || hostAddress !== member.hostAddress)
    return E.right(said);
  const replaced = replaceLife(state, member, command);
  return E.isLeft(replaced)
    ? replaced
    : E.right([...said, ...replaced.right, ...takenBack(state, command), saidBy(command, contested)]);
};

/**
 * A node presents what it holds to a log that was restored: what the log lost of it is leased to it again, also while nothing is chosen.
 * What another has is contested: the one whom the log knows keeps it, and of two whom it does not know the first to say so.
 * Said for another epoch, or again, it decides nothing.
 */
export const present = (
  state: ClusterState,
  command: Present,
): E.Either<ClusterFailure, ReadonlyArray<ClusterEvent>> => {
  const { node, incarnation, publicKey, subnets, hostAddress, epoch } = command;
  if (state.configuration === undefined) return E.left({ type: 'not-configured' });
  if (epoch !== state.epoch) return E.right([]);
  const { minReader } = state.configuration;
  if (minReader < presentReader) return E.left({ type: 'readers-too-old', minReader, needed: presentReader });
  const member = state.members.get(node);
  const said = state.presented.get(lifeKey(node, incarnation));
  if (said?.attested !== undefined) return destroyed(node, said, said.attested);
  if (member !== undefined && member.incarnation !== incarnation)
    return presentAnotherLife(state, member, command);
  if (member?.attested !== undefined) return destroyed(node, member, member.attested);
  if (said !== undefined && !awaitsOwnNode(said)) return E.right([]);
  if (hostAddress === undefined) return E.right(member === undefined ? [] : [saidBy(command, [])]);
  const noAddress = addressContest(state, node, hostAddress);
  // Who is no member with its own host address gives all back, and is given nothing before.
  if (noAddress !== undefined) {
    const all = subnets.map((one) => subnetContest(state, node, one) ?? contest(one, undefined));
    return E.right([saidBy(command, [noAddress, ...all])]);
  }
  const contested = subnets.flatMap((one) => subnetContest(state, node, one) ?? []);
  const says = saidBy(command, contested);
  const joined = { type: 'NodeJoined', node, incarnation, publicKey, hostAddress } as const;
  const back = [...(member === undefined ? [joined] : []), ...takenBack(state, command)];
  // Fenced first, the node takes no part of its lease for all of it.
  return E.right(contested.length > 0 ? [says, ...back] : [...back, says]);
};
