import { diskWords } from '../../domain/disk/outlook.ts';
import type { PoolStatus, Status } from '../agent/status.ts';
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

const table = <Row extends Pick<PoolStatus, 'held' | 'capacity'>>(
  title: string,
  rows: ReadonlyArray<Row>,
  nameOf: (row: Row) => string,
): ReadonlyArray<string> =>
  rows.length === 0
    ? []
    : [
        '',
        columns(
          [title, 'HELD', 'CAPACITY'],
          rows.map((row) => [nameOf(row), String(row.held), row.capacity]),
        ),
      ];

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
    ...((status.queued ?? 0) === 0
      ? []
      : [`queued DELs   ${status.queued}: see the agent's log for those that stay`]),
    `log           era ${status.era}, ${status.hostStream}`,
    ...(status.disk === undefined ? [] : [`disk          ${diskWords(status.disk)}`]),
    ...table('SUBNET', status.pools, ({ subnet }) => subnet),
    ...table('NETWORK', status.networks ?? [], ({ network }) => network),
  ].join('\n');
