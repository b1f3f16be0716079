import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import { isPlace } from '../ip/row.ts';
import type { ClusterCommand } from './command.ts';
import { contesterOf, isAddress } from './contests.ts';
import type { ClusterEvent, SubnetLeased } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import { poolFor } from './family-pools.ts';
import { isSubnetOf } from './held-subnet.ts';
import { destroyed } from './member-of.ts';
import type { Contested } from './presented-events.ts';
import { otherLife } from './replace.ts';
import type { ClusterState } from './state.ts';

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
  if (member !== undefined && member.incarnation !== incarnation)
    return otherLife(node, member, { incarnation });
  if (member?.attested !== undefined) return destroyed(node, member, member.attested);
  if (state.presented.get(node)?.incarnation === incarnation) return E.right([]);
  const presented = { type: 'NodePresented', node, incarnation, epoch } as const;
  if (hostAddress === undefined)
    return E.right(member === undefined ? [] : [{ ...presented, contested: [] }]);
  const noAddress = addressContest(state, node, hostAddress);
  // Who is no member with its own host address gives all back, and is given nothing before.
  if (noAddress !== undefined) {
    const all = subnets.map((one) => subnetContest(state, node, one) ?? contest(one, undefined));
    return E.right([{ ...presented, contested: [noAddress, ...all] }]);
  }
  const contested = subnets.flatMap((one) => subnetContest(state, node, one) ?? []);
  const said = { ...presented, contested };
  const joined = { type: 'NodeJoined', node, incarnation, publicKey, hostAddress } as const;
  const back = [...(member === undefined ? [joined] : []), ...takenBack(state, command)];
  // Fenced first, the node takes no part of its lease for all of it.
  return E.right(contested.length > 0 ? [said, ...back] : [...back, said]);
};

/** What becomes free goes to who was refused it, for that one uses it; not to who has to give all back. */
export const toContesters = (
  { presented, members, epoch }: ClusterState,
  freed: ReadonlyArray<Cidr>,
  asOf: string,
): ReadonlyArray<SubnetLeased> =>
  epoch === undefined
    ? []
    : freed.flatMap((subnet): ReadonlyArray<SubnetLeased> => {
        const [node] =
          [...presented].find(
            ([name, { incarnation, contested }]) =>
              members.get(name)?.incarnation === incarnation &&
              members.get(name)?.attested === undefined &&
              !contested.some(isAddress) &&
              contested.some(({ place }) => place === subnet),
          ) ?? [];
        return node === undefined ? [] : [{ type: 'SubnetLeased', node, subnet, asOf, presented: epoch }];
      });
