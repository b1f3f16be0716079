import { either as E } from 'fp-ts';
import { isAwaited } from './awaits-own-node.ts';
import type { Silence } from './command.ts';
import { toContesters } from './contests.ts';
import type { LeaseRevoked, SubnetLeased, SubnetReleased } from './events.ts';
import { isSilent } from './lease-ttl.ts';
import { later } from './quarantine.ts';
import { mayChoose } from './restored.ts';
import type { ClusterState, Lease } from './state.ts';

/**
 * What a life holds and was silent for too long to keep. Nothing in a log that was restored until leasing goes on, since it may have lost what was heard;
 * nor of a life that an operator has spoken for, or whose node runs on as another life that waits for his word: to take the lease back would end that one. The longer one of the cluster's TTL and the holder's counts.
 */
const overdue = (
  state: Readonly<ClusterState>,
  { node, incarnation, heardAt, ttlSeconds, asOf }: Silence,
): ReadonlyArray<Lease> => {
  const ttl = state.configuration?.leaseTtlSeconds;
  const member = state.members.get(node);
  if (ttl === undefined || E.isLeft(mayChoose(state))) return [];
  if (member === undefined || member.incarnation !== incarnation || member.attested !== undefined) return [];
  if (!isSilent(heardAt, Math.max(ttl, ttlSeconds), asOf)) return [];
  return isAwaited(state, { node, incarnation }) ? [] : member.leases;
};

const expiryWords = (node: string, heardAt: string): string =>
  `the ledger has not heard of ${node} since ${heardAt}, and the lease's TTL is over`;

/** Whether the TTL took a lease back, and no operator: only the reason tells, in words that logs keep, so others may come but these stay known. */
export const isExpiry = ({ node, reason }: LeaseRevoked): boolean => {
  const heardAt = / since (\S+), /.exec(reason)?.[1];
  return heardAt !== undefined && reason === expiryWords(node, heardAt);
};

/**
 * A lease is taken back before it is released, so that a holder which speaks again meanwhile either is heard before the release, or reads
 * behind its own word that the lease is not its any more.
 */
export const expire = (state: Readonly<ClusterState>, silence: Silence): ReadonlyArray<LeaseRevoked> => {
  const { node, heardAt } = silence;
  const reason = expiryWords(node, heardAt);
  return overdue(state, silence)
    .filter(({ revoked }) => revoked === undefined)
    .map(({ subnet }) => ({ type: 'LeaseRevoked', node, subnet, reason }));
};

/** Only what was taken back. What becomes free goes to who was refused it, as ever; the node stays a member, with its host address. */
export const releaseExpired = (
  state: Readonly<ClusterState>,
  silence: Silence,
): ReadonlyArray<SubnetReleased | SubnetLeased> => {
  const leases = overdue(state, silence);
  if (leases.some(({ revoked }) => revoked === undefined)) return [];
  const { node, heardAt } = silence;
  const asOf = later(state.latest, silence.asOf);
  return [
    ...leases.map(
      ({ subnet }) => ({ type: 'SubnetReleased', node, subnet, by: 'ttl', asOf, heardAt }) as const,
    ),
    ...toContesters(
      state,
      leases.map(({ subnet }) => subnet),
      asOf,
    ),
  ];
};
