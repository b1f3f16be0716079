import { diskWords } from '../../domain/disk/outlook.ts';
import type { PoolStatus, Status } from '../agent/status.ts';
import { columns } from './columns.ts';
import { restoredWords } from './restored-words.ts';

const readiness = ({ ready, reasons }: Status): string => (ready ? 'yes' : `no: ${reasons.join('; ')}`);

const leaseWords = ({
  lease,
  fence,
  leaving,
  joinRequested,
  configured,
  refused,
  ledger,
}: Status): string => {
  if (lease !== undefined) {
    const state = fence !== undefined ? ` (being taken back: ${fence})` : leaving ? ' (leaving)' : '';
    const another = refused === undefined ? '' : `; another one refused: ${refused.msg}; ${refused.remedy}`;
    return `${lease.subnets.join(', ')}${state}${another}`;
  }
  if (refused !== undefined) return `refused: ${refused.msg}; ${refused.remedy}`;
  if (!configured)
    return ledger === undefined
      ? 'none: the cluster is not configured (evioctl configure)'
      : 'none: nothing is known of the cluster yet (evio-ledger configure, on the ledger)';
  return joinRequested
    ? 'none: asked for, waiting for the allocator'
    : 'none: run evio-config-gen on this node';
};

const elsewhereWords = ({ elsewhere = [] }: Status): string =>
  elsewhere
    .map(({ subnet, holder }) => `; ${subnet} is leased to ${holder} now: addresses of it may be held twice`)
    .join('');

/** What was put on record, where the fence does not say just that: it ends with the lease, and the reason stays. */
const operatorsWords = ({ fence, lease, operatorsWord }: Status): string => {
  if (operatorsWord === undefined) return '';
  const { type, reason } = operatorsWord;
  if (type === 'destroyed' && fence?.endsWith(` is destroyed: ${reason}`)) return '';
  if (type === 'revoked' && fence === reason) return '';
  if (type === 'destroyed') return `; an operator says that this life is destroyed: ${reason}`;
  return `; the lease was revoked${lease === undefined ? ' and given back' : ''}: ${reason}`;
};

const fenceWords = (status: Status): string => {
  const { fence, attached, reserved } = status;
  const words =
    fence === undefined
      ? 'none'
      : `${fence}; ${attached + reserved} attachments hold the lease still${elsewhereWords(status)}`;
  return words + operatorsWords(status);
};

const ttlWords = ({ lease, fence }: Status): ReadonlyArray<string> => {
  const { ttlSeconds, servedSeconds } = lease ?? {};
  if (ttlSeconds === undefined) return [];
  const left =
    servedSeconds === undefined || fence !== undefined
      ? ''
      : servedSeconds === 0
        ? ': not served until the ledger confirms it'
        : `: served for ${servedSeconds} s more without the ledger`;
  return [`lease TTL     ${ttlSeconds} s${left}`];
};

const ledgerWords = ({ ledger, unobserved }: Status): ReadonlyArray<string> => {
  if (ledger !== undefined) return [`ledger        ${ledger.words}`];
  if (unobserved === undefined) return [];
  return [
    `ledger        own log, ${unobserved === 0 ? 'followed to its end' : `${unobserved} events behind`}`,
  ];
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
    ...(status.upgrade === undefined
      ? []
      : [`upgrade       ${status.upgrade.msg}; ${status.upgrade.remedy}`]),
    ...(status.otherKey === undefined
      ? []
      : [`key           ${status.otherKey.msg}; ${status.otherKey.remedy}`]),
    `lease         ${leaseWords(status)}`,
    ...ttlWords(status),
    `fence         ${fenceWords(status)}`,
    `host address  ${status.lease?.hostAddress ?? '-'}`,
    ...(status.restored === undefined
      ? []
      : restoredWords(status.restored).map((line) => `restored      ${line}`)),
    `bridge        ${status.bridge}, mtu ${status.mtu}${status.antiSpoofing ? '' : ', anti-spoofing off'}`,
    `attachments   ${status.attached} attached, ${status.reserved} reserved${status.linkless === 0 ? '' : `, ${status.linkless} without a link: their DEL has not come`}`,
    ...((status.queued ?? 0) === 0
      ? []
      : [`queued DELs   ${status.queued}: see the agent's log for those that stay`]),
    `log           era ${status.era}, ${status.hostStream}`,
    ...ledgerWords(status),
    ...(status.disk === undefined ? [] : [`disk          ${diskWords(status.disk)}`]),
    ...table('SUBNET', status.pools, ({ subnet }) => subnet),
    ...table('NETWORK', status.networks ?? [], ({ network }) => network),
  ].join('\n');
