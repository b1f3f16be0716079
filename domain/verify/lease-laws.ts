import type { LeasePresented, LeaseSurrendered, SubnetRetired } from '../host/events.ts';
import { emptyExtras, unsurrendered } from '../host/retire-subnets.ts';
import { broken, type Found } from './broken.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import { giverOf, type HostMemory } from './host-memory.ts';

/** Only what is empty, and never a family's first. */
export const ofSubnetRetired = (host: HostMemory, { subnets }: SubnetRetired): Found | undefined => {
  const empty = emptyExtras(host.state);
  const other = subnets.find((subnet) => !empty.includes(subnet));
  return other === undefined
    ? undefined
    : broken(
        'retired-empty',
        `an extra subnet that is empty: ${empty.join(', ') || 'none'}`,
        other,
        host.learnt,
      );
};

/** The whole lease when no attachment is left; before, what was retired. */
export const ofLeaseSurrendered = (
  host: HostMemory,
  cluster: ClusterMemory,
  { subnets }: LeaseSurrendered,
): Found | undefined => {
  const { attachments, extra, lease } = host.state;
  const isWhole = lease === undefined || lease.subnets.every((subnet) => subnets.includes(subnet));
  if (isWhole) {
    if (attachments.size === 0) return undefined;
    const givers = Array.from(attachments.values(), (attachment) => giverOf(host, cluster, attachment));
    return broken('surrender-empty', 'no attachment', `${attachments.size}`, ...givers);
  }
  const other = subnets.find((subnet) => !extra.retired.includes(subnet));
  return other === undefined
    ? undefined
    : broken(
        'retired-empty',
        `a subnet that was retired: ${extra.retired.join(', ') || 'none'}`,
        other,
        host.learnt,
      );
};

/** What a node says that it holds is what its stream says. */
export const ofLeasePresented = (host: HostMemory, { subnets }: LeasePresented): Found | undefined => {
  const { lease, extra } = host.state;
  const held = lease === undefined ? 'nothing' : unsurrendered(lease, extra).join(', ');
  const said = subnets.join(', ') || 'nothing';
  return held === said ? undefined : broken('lease-presented', held, said, host.learnt);
};
