import { either as E } from 'fp-ts';
import { elasticReader } from '../host/request-subnets.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { HeldSubnets } from '../import-source.ts';
import { type Cidr, cidrFamily } from '../ip/cidr.ts';
import { newestReader } from '../reader.ts';
import type { ClusterCommand } from './command.ts';
import { sameNetworks } from './configuration.ts';
import type { ClusterEvent, SubnetLeased } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import { chooseOfFamily, familiesOf } from './family-pools.ts';
import { takeHeldSubnet } from './held-subnet.ts';
import { leaseMore } from './lease-more.ts';
import { otherLife, servingMember } from './member-of.ts';
import { present, toContesters, uncontested } from './present.ts';
import { later } from './quarantine.ts';
import { inTheWay, isWider } from './reconfigure.ts';
import { hostAddressFor, mayChoose, recordRestore, resume } from './restored.ts';
import type { ClusterState, Lease } from './state.ts';

type Decision = E.Either<ClusterFailure, ReadonlyArray<ClusterEvent>>;

type Command<Type extends ClusterCommand['type']> = Extract<ClusterCommand, { readonly type: Type }>;

const nothing: Decision = E.right([]);

const refused = (failure: ClusterFailure): E.Either<ClusterFailure, never> => E.left(failure);

const configure = (state: ClusterState, command: Command<'configure'>): Decision => {
  const { configuration: current } = state;
  const kept = current !== undefined && sameNetworks(current, command);
  const { quarantineSeconds, maxSubnetsPerNode = 1 } = command;
  const minReader = command.minReader ?? current?.minReader ?? newestReader;
  if (current !== undefined && minReader < current.minReader)
    return refused({ type: 'reader-lowered', minReader: current.minReader, asked: minReader });
  if (maxSubnetsPerNode > 1 && minReader < elasticReader)
    return refused({ type: 'readers-too-old', minReader, needed: elasticReader });
  const same =
    current?.quarantineSeconds === quarantineSeconds &&
    current.minReader === minReader &&
    (current.maxSubnetsPerNode ?? 1) === maxSubnetsPerNode;
  if (kept && same) return nothing;
  // Nodes that the log does not know may be in the old networks.
  const wider = current === undefined || isWider(current, command);
  const paused = wider ? E.right(undefined) : mayChoose(state);
  if (E.isLeft(paused)) return paused;
  const obstacles = kept ? undefined : inTheWay(state, command);
  return obstacles === undefined
    ? E.right([{ ...command, minReader, type: 'ClusterConfigured' }])
    : refused({ type: 'cluster-in-use', ...obstacles });
};

/** A subnet of every family in which the node holds none: by policy, or the one that its pods use already. */
const leaseMissing = (
  state: ClusterState,
  node: NodeName,
  held: ReadonlyArray<Lease>,
  asOf: string,
  imported: HeldSubnets | undefined,
): E.Either<ClusterFailure, ReadonlyArray<SubnetLeased>> => {
  const paused = mayChoose(state);
  const leased: SubnetLeased[] = [];
  for (const family of familiesOf(state)) {
    if (held.some(({ subnet }) => cidrFamily(subnet) === family)) continue;
    const inUse = imported?.subnets.find((subnet) => cidrFamily(subnet) === family);
    if (inUse === undefined && E.isLeft(paused)) return paused;
    const subnet =
      inUse === undefined ? chooseOfFamily(state, family, asOf) : takeHeldSubnet(state, node, inUse);
    if (E.isLeft(subnet)) return subnet;
    const from = inUse === undefined || imported === undefined ? {} : { from: imported.from };
    leased.push({ type: 'SubnetLeased', node, subnet: subnet.right, asOf, ...from });
  }
  return E.right(leased);
};

/** The same life asking again gets what it has; a lease that it gave back is asked for with `lease`. */
const join = (
  state: ClusterState,
  { node, incarnation, publicKey, held, asOf }: Command<'join'>,
): Decision => {
  if (state.configuration === undefined) return refused({ type: 'not-configured' });
  const member = state.members.get(node);
  if (member !== undefined) {
    return member.incarnation === incarnation ? nothing : otherLife(node, member, incarnation);
  }
  const hostAddress = hostAddressFor(state, node, held, asOf);
  if (E.isLeft(hostAddress)) return hostAddress;
  const leased = leaseMissing(state, node, [], asOf, held);
  if (E.isLeft(leased)) return leased;
  const joined = {
    type: 'NodeJoined',
    node,
    incarnation,
    publicKey,
    hostAddress: hostAddress.right,
  } as const;
  return E.right([joined, ...leased.right]);
};

const lease = (state: ClusterState, { node, incarnation, held, asOf }: Command<'lease'>): Decision => {
  const member = servingMember(state, node, incarnation);
  return E.isLeft(member) ? member : leaseMissing(state, node, member.right.leases, asOf, held);
};

/** What a node holds: nothing any more when it left. */
const heldBy = (state: ClusterState, node: NodeName): E.Either<ClusterFailure, ReadonlyArray<Lease>> => {
  const member = state.members.get(node);
  if (member !== undefined) return E.right(member.leases);
  return state.departed.has(node) ? E.right([]) : refused({ type: 'unknown-node', node });
};

const revoke = (state: ClusterState, { node, reason }: Command<'revoke'>): Decision => {
  const held = heldBy(state, node);
  if (E.isLeft(held)) return held;
  return E.right(
    held.right
      .filter(({ revoked }) => revoked === undefined)
      .map(({ subnet }) => ({ type: 'LeaseRevoked', node, subnet, reason })),
  );
};

/** Free again, after somebody held it: what a repeated release finds. */
const isReleased = (state: ClusterState, subnet: Cidr): boolean =>
  state.pools?.subnets.some((pool) => pool.returned.live.has(subnet)) ?? false;

const holderOf = (state: ClusterState, subnet: Cidr): string | undefined =>
  state.pools?.subnets.find((pool) => pool.held.has(subnet))?.held.get(subnet);

const release = (
  state: ClusterState,
  { node, incarnation, subnets, by, asOf }: Command<'release'>,
): Decision => {
  const member = state.members.get(node);
  if (member !== undefined && incarnation !== undefined && member.incarnation !== incarnation)
    return otherLife(node, member, incarnation);
  const settled = uncontested(state, node, new Set(subnets));
  const held = settled.length > 0 && member === undefined ? E.right([]) : heldBy(state, node);
  if (E.isLeft(held)) return held;
  const own = new Set(held.right.map(({ subnet }) => subnet));
  const wanted = subnets === undefined ? own : new Set(subnets);
  const contested = new Set(state.presented.get(node)?.contested.map(({ place }) => place));
  const foreign = [...wanted].find(
    (subnet) => !own.has(subnet) && !isReleased(state, subnet) && !contested.has(subnet),
  );
  if (foreign !== undefined) {
    return refused({ type: 'not-holder', node, subnet: foreign, holder: holderOf(state, foreign) });
  }
  const releasedAt = later(state.latest, asOf);
  const freed = [...wanted].filter((subnet) => own.has(subnet));
  return E.right([
    ...freed.map((subnet) => ({ type: 'SubnetReleased', node, subnet, by, asOf: releasedAt }) as const),
    ...toContesters(state, freed, releasedAt),
    ...settled,
  ]);
};

const leave = (state: ClusterState, { node, asOf }: Command<'leave'>): Decision => {
  const held = heldBy(state, node);
  if (E.isLeft(held)) return held;
  if (held.right.length > 0) {
    return refused({ type: 'lease-held', node, subnets: held.right.map(({ subnet }) => subnet) });
  }
  return state.members.has(node)
    ? E.right([{ type: 'NodeLeft', node, asOf: later(state.latest, asOf) }])
    : nothing;
};

/** What follows from a command, or why it is refused. The same command twice decides nothing the second time. */
export const decide = (command: ClusterCommand, state: ClusterState): Decision => {
  switch (command.type) {
    case 'configure':
      return configure(state, command);
    case 'join':
      return join(state, command);
    case 'lease':
      return lease(state, command);
    case 'lease-more':
      return leaseMore(state, command);
    case 'revoke':
      return revoke(state, command);
    case 'release':
      return release(state, command);
    case 'leave':
      return leave(state, command);
    case 'present':
      return present(state, command);
    case 'record-restore':
      return E.right(recordRestore(state, command));
    case 'resume':
      return state.configuration === undefined
        ? refused({ type: 'not-configured' })
        : E.right(resume(state, command.reason));
  }
};
