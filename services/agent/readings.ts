import { either as E } from 'fp-ts';
import { capacityOf } from '../../domain/host/ipam/range-sets.ts';
import type { NetworkPool } from '../../domain/host/ipam/state.ts';
import type { Pool } from '../../domain/ip/pool.ts';
import type { Agent } from './agent.ts';
import type { AgentReading } from './metric-table.ts';
import { reasonsNow } from './reasons.ts';
import { isTurnOfVlan } from './vlans.ts';

const poolReadings = ([subnet, { held, row }]: readonly [string, Pool]): ReadonlyArray<AgentReading> => {
  const of = { subnet, family: subnet.includes(':') ? 'ipv6' : 'ipv4' };
  return [
    { of: 'pool', value: held.size, labels: { ...of, state: 'held' } },
    { of: 'pool', value: Number(row.count - BigInt(held.size)), labels: { ...of, state: 'free' } },
    { of: 'poolCapacity', value: Number(row.count), labels: of },
  ];
};

const networkReadings = ([network, { held, ranges }]: readonly [
  string,
  NetworkPool,
]): ReadonlyArray<AgentReading> => [
  { of: 'networkPool', value: held.size, labels: { network, state: 'held' } },
  { of: 'networkPoolCapacity', value: Number(capacityOf(ranges)), labels: { network } },
];

const driftReadings = ({
  linkless,
  unpluggable,
  vlansWithout,
  unadopted,
  foreignDrops,
}: Agent['readiness']): ReadonlyArray<AgentReading> =>
  Object.entries({
    linkless: linkless.size,
    unpluggable: unpluggable.size,
    vlan: vlansWithout.size,
    unadopted: unadopted?.length ?? 0,
    foreign_drop: foreignDrops.length,
  }).map(([kind, value]) => ({ of: 'drift', value, labels: { kind } }));

const diskReadings = ({ disk }: Agent['readiness']): ReadonlyArray<AgentReading> =>
  disk === undefined
    ? []
    : [
        { of: 'logUsed', value: disk.used, labels: {} },
        { of: 'logLeft', value: disk.left, labels: {} },
        ...(disk.fullInDays === undefined
          ? []
          : [{ of: 'logFullDays' as const, value: disk.fullInDays, labels: {} }]),
      ];

const ledgerReadings = ({ ledger }: Pick<Agent, 'ledger'>): ReadonlyArray<AgentReading> => {
  if (ledger === undefined) return [];
  const { lagEvents, lagSeconds, silentSeconds = 0 } = ledger.status();
  return [
    ...(lagEvents === undefined ? [] : [{ of: 'ledgerLag' as const, value: lagEvents, labels: {} }]),
    { of: 'ledgerLagSeconds', value: lagSeconds, labels: {} },
    { of: 'ledgerSilentSeconds', value: silentSeconds, labels: {} },
  ];
};

const termReadings = ({ host, ledger }: Pick<Agent, 'host' | 'ledger'>): ReadonlyArray<AgentReading> => {
  const ttl = host.state().lease?.leaseTtlSeconds;
  const served = ledger?.servedSeconds();
  return [
    ...(ttl === undefined ? [] : [{ of: 'leaseTtlSeconds' as const, value: ttl, labels: {} }]),
    ...(served === undefined ? [] : [{ of: 'leaseServedSeconds' as const, value: served, labels: {} }]),
  ];
};

/** What the gauges say at this moment. What cannot be read is left out. */
export const readingsOf = async (agent: Agent): Promise<ReadonlyArray<AgentReading>> => {
  const { ports, host, cluster, turns, readiness } = agent;
  const [queued, head] = await Promise.all([
    ports.delQueue.names()(),
    ports.ownLog.head(agent.hostStream())(),
  ]);
  const { attachments, pools, networks, era } = host.state();
  let attached = 0;
  for (const { status } of attachments.values()) if (status === 'attached') attached += 1;
  const clusterRevision = cluster.revision();
  return [
    { of: 'ready', value: reasonsNow(agent).length === 0 ? 1 : 0, labels: {} },
    { of: 'attachments', value: attached, labels: { status: 'attached' } },
    { of: 'attachments', value: attachments.size - attached, labels: { status: 'reserved' } },
    { of: 'underWay', value: turns.busy().filter((key) => !isTurnOfVlan(key)).length, labels: {} },
    ...[...pools].flatMap(poolReadings),
    ...[...networks].flatMap(networkReadings),
    ...(E.isRight(queued) ? [{ of: 'queued' as const, value: queued.right.length, labels: {} }] : []),
    ...driftReadings(readiness),
    { of: 'flushRefused', value: ports.latched?.() === undefined ? 0 : 1, labels: {} },
    { of: 'era', value: era, labels: {} },
    { of: 'logRevision', value: host.revision(), labels: {} },
    ...(E.isRight(head) && head.right !== undefined
      ? [{ of: 'logPosition' as const, value: head.right.position, labels: {} }]
      : []),
    ...diskReadings(readiness),
    { of: 'clusterRevision', value: clusterRevision, labels: {} },
    { of: 'clusterLag', value: Math.max(0, clusterRevision - agent.observed()), labels: {} },
    ...ledgerReadings(agent),
    ...termReadings(agent),
  ];
};
