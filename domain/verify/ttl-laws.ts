import type { SubnetReleased } from '../cluster/events.ts';
import { isSilent } from '../cluster/lease-ttl.ts';
import { broken, type Found } from './broken.ts';
import type { ClusterMemory } from './cluster-memory.ts';

/** Of who holds it, which is looked at before. A holder that counts by a longer TTL is waited for longer. */
export const ofExpired = (
  { state, tenancies }: ClusterMemory,
  { node, subnet, by, asOf, heardAt }: SubnetReleased,
): Found | undefined => {
  if (by !== 'ttl') return undefined;
  const tenancy = tenancies.get(subnet);
  const ttl = state.configuration?.leaseTtlSeconds;
  if (ttl === undefined || heardAt === undefined)
    return broken('lease-expired', 'a TTL, and when the holder was heard of last', subnet, tenancy?.by);
  if (!isSilent(heardAt, ttl, asOf))
    return broken(
      'lease-expired',
      `a holder that was silent for longer than its TTL of ${ttl} s and the margin`,
      `heard of at ${heardAt}, released as of ${asOf}`,
      tenancy?.by,
    );
  const lease = state.members.get(node)?.leases.find((one) => one.subnet === subnet);
  return lease?.revoked === undefined
    ? broken('lease-expired', `${subnet} revoked before`, 'a release at once', tenancy?.by)
    : undefined;
};
