import { diskWords } from '../../domain/disk/outlook.ts';
import type { Status } from '../agent/status.ts';
import { columns } from './columns.ts';

const readiness = ({ ready, reasons }: Status): string => (ready ? 'yes' : `no: ${reasons.join('; ')}`);

const leaseWords = ({ lease, fence, leaving, joinRequested, configured, refused }: Status): string => {
  if (lease !== undefined) {
    const state = fence !== undefined ? ` (being taken back: ${fence})` : leaving ? ' (leaving)' : '';
    return `${lease.subnets.join(', ')}${state}`;
  }
  if (refused !== undefined) return `refused: ${refused.msg}; ${refused.remedy}`;
  if (!configured) return 'none: the cluster is not configured (evioctl configure)';
  return joinRequested
    ? 'none: asked for, waiting for the allocator'
    : 'none: run evio-config-gen on this node';
};

/** One screen: what this node is, whether it serves, and how full it is. */
export const statusWords = (status: Status): string =>
  [
    `cluster       ${status.cluster} (revision ${status.clusterRevision})`,
    `node          ${status.node} (incarnation ${status.incarnation}, revision ${status.revision})`,
    `ready         ${readiness(status)}`,
    `lease         ${leaseWords(status)}`,
    `host address  ${status.lease?.hostAddress ?? '-'}`,
    `bridge        ${status.bridge}, mtu ${status.mtu}${status.antiSpoofing ? '' : ', anti-spoofing off'}`,
    `attachments   ${status.attached} attached, ${status.reserved} reserved${status.linkless === 0 ? '' : `, ${status.linkless} without a link: their DEL has not come`}`,
    `log           era ${status.era}, ${status.hostStream}`,
    ...(status.disk === undefined ? [] : [`disk          ${diskWords(status.disk)}`]),
    ...(status.pools.length === 0
      ? []
      : [
          '',
          columns(
            ['SUBNET', 'HELD', 'CAPACITY'],
            status.pools.map(({ subnet, held, capacity }) => [subnet, String(held), capacity]),
          ),
        ]),
  ].join('\n');
