import { either as E } from 'fp-ts';
import { elasticReader } from '../host/request-subnets.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { HeldSubnets } from '../import-source.ts';
import { cidrFamily } from '../ip/cidr.ts';
import { newestReader } from '../reader.ts';
import { attest, releaseDestroyed } from './attest.ts';
import type { ClusterCommand, Command, Decision } from './command.ts';
import { sameNetworks } from './configuration.ts';
import { isContesting } from './contests.ts';
import type { SubnetLeased } from './events.ts';
import { expire, releaseExpired } from './expire.ts';
import type { ClusterFailure } from './failure.ts';
import { chooseOfFamily, familiesOf } from './family-pools.ts';
import { leave, release, revoke } from './give-back.ts';
import { takeHeldSubnet } from './held-subnet.ts';
import { leaseMore } from './lease-more.ts';
import { ttlReader } from './lease-ttl.ts';
import { destroyed, servingMember } from './member-of.ts';
import { present } from './present.ts';

import { inTheWay, isWider, needsNetworksReader, networksReader } from './reconfigure.ts';
import { refuse } from './refuse.ts';

import { replaceLife } from './replace.ts';
import { hostAddressFor, mayChoose, recordRestore, resume } from './restored.ts';
import type { ClusterState, Lease } from './state.ts';

const nothing: Decision = E.right([]);

const refused = (failure: ClusterFailure): E.Either<ClusterFailure, never> => E.left(failure);

const configure = (state: ClusterState, command: Command<'configure'>): Decision => {
  const { configuration: current } = state;
  const kept = current !== undefined && sameNetworks(current, command);
  const { quarantineSeconds, maxSubnetsPerNode = 1, leaseTtlSeconds } = command;
  const minReader = command.minReader ?? current?.minReader ?? newestReader;
  if (current !== undefined && minReader < current.minReader)
    return refused({ type: 'reader-lowered', minReader: current.minReader, asked: minReader });
  if (maxSubnetsPerNode > 1 && minReader < elasticReader)
    return refused({ type: 'readers-too-old', minReader, needed: elasticReader });
  if (leaseTtlSeconds !== undefined && minReader < ttlReader)
    return refused({ type: 'readers-too-old', minReader, needed: ttlReader });
  const same =
    current?.quarantineSeconds === quarantineSeconds &&
    current.minReader === minReader &&
    (current.maxSubnetsPerNode ?? 1) === maxSubnetsPerNode &&
    current.leaseTtlSeconds === leaseTtlSeconds;
  if (kept && same) return nothing;
  // Nodes that the log does not know may be in the old networks.
  const wider = current === undefined || isWider(current, command);
  const paused = wider ? E.right(undefined) : mayChoose(state);
  if (E.isLeft(paused)) return paused;
  const obstacles = kept ? undefined : inTheWay(state, command);
  if (obstacles !== undefined) return refused({ type: 'cluster-in-use', ...obstacles });
  if (!kept && minReader < networksReader && needsNetworksReader(state, command))
    return refused({ type: 'readers-too-old', minReader, needed: networksReader });
  return E.right([{ ...command, minReader, type: 'ClusterConfigured' }]);
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
const join = (state: ClusterState, command: Command<'join'>): Decision => {
  const { node, incarnation, publicKey, held, hints, asOf } = command;
  if (state.configuration === undefined) return refused({ type: 'not-configured' });
  const member = state.members.get(node);
  if (member !== undefined) {
    if (member.incarnation !== incarnation) return replaceLife(state, member, command);
    return member.attested === undefined ? nothing : destroyed(node, member, member.attested);
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
    ...(hints && { hints }),
  } as const;
  return E.right([joined, ...leased.right]);
};

const lease = (state: ClusterState, { node, incarnation, held, asOf }: Command<'lease'>): Decision => {
  const member = servingMember(state, node, incarnation);
  return E.isLeft(member) ? member : leaseMissing(state, node, member.right.leases, asOf, held);
};

/** What follows from a command, or why it is refused. The same command twice decides nothing the second time. */
export const decide = (command: ClusterCommand, state: ClusterState): Decision => {
  const asksForMore = command.type === 'join' || command.type === 'lease' || command.type === 'lease-more';
  if (asksForMore && isContesting(state, command)) return nothing;
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
    case 'attest':
      return attest(state, command);
    case 'release-destroyed':
      return E.right(releaseDestroyed(state, command));
    case 'expire':
      return E.right(expire(state, command));
    case 'release-expired':
      return E.right(releaseExpired(state, command));
    case 'refuse':
      return E.right(refuse(state, command));
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
