import type { ClusterEvent, IncarnationReplaced } from '../cluster/events.ts';
import { begin, finish, type Ownership } from './ownership.ts';
import { type Grant, type LeaseSpan, type Mark, type MemberSpan, momentOf } from './ownership-span.ts';

const leaseKey = (subnet: string): string => `lease ${subnet}`;
const memberKey = (node: string): string => `member ${node}`;

/** The key under which a grant that lasts is kept. */
export const grantKey = (grant: Grant): string =>
  grant.kind === 'lease' ? leaseKey(grant.subnet) : memberKey(grant.node);

/** The member is another life from here on, and so are the leases that last: one event begins one span. */
const replace = (
  ownership: Ownership,
  stream: string,
  mark: Mark,
  { node, incarnation, previous }: IncarnationReplaced,
): void => {
  const { grants } = ownership;
  const before = grants.get(stream, memberKey(node));
  if (before?.kind !== 'member') return;
  finish(ownership, grants, stream, memberKey(node), mark, (member) =>
    member.kind === 'member' ? { ...member, replacedBy: incarnation } : member,
  );
  const since = { stream, from: mark, earliest: momentOf(mark) };
  const { hostAddress } = before;
  const member: MemberSpan = { kind: 'member', node, incarnation, hostAddress, replaces: previous, ...since };
  begin<Grant>(ownership, grants, memberKey(node), member);
  for (const [key, grant] of [...grants.ofStream(stream)])
    if (grant.kind === 'lease' && grant.node === node) grants.set(stream, key, { ...grant, incarnation });
};

/** Records what one event of a cluster stream says of who holds which subnet and host address. */
export const recordClusterEvent = (
  ownership: Ownership,
  stream: string,
  mark: Mark,
  event: ClusterEvent,
): void => {
  const { grants } = ownership;
  switch (event.type) {
    case 'NodeJoined': {
      const { node, incarnation, hostAddress } = event;
      const since = { stream, from: mark, earliest: momentOf(mark) };
      const member: MemberSpan = { kind: 'member', node, incarnation, hostAddress, ...since };
      begin<Grant>(ownership, grants, memberKey(node), member);
      return;
    }
    case 'NodeLeft':
      finish(ownership, grants, stream, memberKey(event.node), mark, (member) => member);
      return;
    case 'SubnetLeased': {
      const { node, subnet } = event;
      const member = grants.get(stream, memberKey(node));
      if (member === undefined) return;
      const since = { stream, from: mark, earliest: momentOf(mark) };
      const lease: LeaseSpan = { kind: 'lease', node, incarnation: member.incarnation, subnet, ...since };
      begin<Grant>(ownership, grants, leaseKey(subnet), lease);
      return;
    }
    case 'LeaseRevoked': {
      const key = leaseKey(event.subnet);
      const lease = grants.get(stream, key);
      if (lease?.kind === 'lease')
        grants.set(stream, key, { ...lease, revoked: { ...mark, reason: event.reason } });
      return;
    }
    case 'SubnetReleased':
      finish(ownership, grants, stream, leaseKey(event.subnet), mark, (lease) =>
        lease.kind === 'lease' ? { ...lease, by: event.by } : lease,
      );
      return;
    case 'NodeAttested': {
      const key = memberKey(event.node);
      const member = grants.get(stream, key);
      if (member?.kind === 'member' && member.incarnation === event.incarnation)
        grants.set(stream, key, { ...member, attested: { ...mark, reason: event.reason } });
      return;
    }
    case 'IncarnationReplaced':
      replace(ownership, stream, mark, event);
      return;
    default:
      return;
  }
};
