import type { Metrics, MetricTable, Reading } from '../../domain/port/metrics.ts';

/** What the agent counts and measures. Names and labels are a contract with dashboards and alerts: README has them too. */
export const metricTable = {
  calls: {
    name: 'evio_cni_requests_total',
    kind: 'counter',
    help: 'Requests of the plugin by verb and CNI code; code 0 is success.',
    labels: ['verb', 'code'],
  },
  callSeconds: {
    name: 'evio_cni_request_duration_seconds',
    kind: 'histogram',
    help: 'From a request of the plugin to its answer, by verb.',
    labels: ['verb'],
  },
  phaseSeconds: {
    name: 'evio_phase_duration_seconds',
    kind: 'histogram',
    help: 'One part of an ADD or DEL that succeeded, by verb; parts follow each other, as steps do not.',
    labels: ['verb', 'phase'],
  },
  stepSeconds: {
    name: 'evio_step_duration_seconds',
    kind: 'histogram',
    help: 'One step of an ADD, a DEL or a repair, by step.',
    labels: ['step'],
  },
  driftSeen: {
    name: 'evio_drift_seen_total',
    kind: 'counter',
    help: 'Looks at the switch after which everything was compared: something was missing, too much, or the node was not ready.',
    labels: [],
  },
  repairs: {
    name: 'evio_repairs_total',
    kind: 'counter',
    help: 'What was set right, or set up, by what it was; README lists them.',
    labels: ['what'],
  },
  ready: {
    name: 'evio_ready',
    kind: 'gauge',
    help: '1 when an ADD can be served now, else 0; /readyz says why not.',
    labels: [],
  },
  attachments: {
    name: 'evio_attachments',
    kind: 'gauge',
    help: 'Attachments of this node, reserved or attached.',
    labels: ['status'],
  },
  underWay: {
    name: 'evio_attachments_busy',
    kind: 'gauge',
    help: 'Attachments with an ADD, a DEL or a repair under way or waiting for its turn.',
    labels: [],
  },
  pool: {
    name: 'evio_pool_addresses',
    kind: 'gauge',
    help: 'Pod addresses of a subnet, held or free.',
    labels: ['subnet', 'family', 'state'],
  },
  poolCapacity: {
    name: 'evio_pool_capacity_addresses',
    kind: 'gauge',
    help: 'Pod addresses that a subnet has.',
    labels: ['subnet', 'family'],
  },
  networkPool: {
    name: 'evio_ipam_pool_addresses',
    kind: 'gauge',
    help: 'Addresses that evio-ipam gave, by network.',
    labels: ['network', 'state'],
  },
  networkPoolCapacity: {
    name: 'evio_ipam_pool_capacity_addresses',
    kind: 'gauge',
    help: 'Addresses that the ranges of a network of evio-ipam have, gateways left out.',
    labels: ['network'],
  },
  queued: {
    name: 'evio_queued_dels',
    kind: 'gauge',
    help: 'DELs that wait in the queue; not there when the queue cannot be read.',
    labels: [],
  },
  drift: {
    name: 'evio_drift',
    kind: 'gauge',
    help: 'What the last reconciliation could not set right, by kind.',
    labels: ['kind'],
  },
  logRevision: {
    name: 'evio_log_revision',
    kind: 'gauge',
    help: "Revision of the last event of this node's stream, in its present era.",
    labels: [],
  },
  logPosition: {
    name: 'evio_log_position',
    kind: 'gauge',
    help: "Position in the log of the last event of this node's stream.",
    labels: [],
  },
  flushRefused: {
    name: 'evio_log_flush_refused',
    kind: 'gauge',
    help: '1 when the disk refused a flush of the log: nothing is written until the agent is started again; else 0.',
    labels: [],
  },
  era: { name: 'evio_log_era', kind: 'gauge', help: "Number of the stream's present era.", labels: [] },
  logUsed: { name: 'evio_log_used_bytes', kind: 'gauge', help: 'Room that the log takes.', labels: [] },
  logLeft: { name: 'evio_log_left_bytes', kind: 'gauge', help: 'Room that the log still has.', labels: [] },
  logFullDays: {
    name: 'evio_log_full_days',
    kind: 'gauge',
    help: 'Days until the log has no room, at the rate seen; not there until a rate is known.',
    labels: [],
  },
  clusterRevision: {
    name: 'evio_cluster_revision',
    kind: 'gauge',
    help: "Revision of the cluster stream's last event, as this node knows it.",
    labels: [],
  },
  clusterLag: {
    name: 'evio_cluster_lag_events',
    kind: 'gauge',
    help: 'Events of the cluster stream that this node has not looked at yet.',
    labels: [],
  },
  ledgerLag: {
    name: 'evio_ledger_lag_events',
    kind: 'gauge',
    help: 'Events of this node that the ledger does not have yet; not there before the first contact, or without a ledger.',
    labels: [],
  },
  ledgerLagSeconds: {
    name: 'evio_ledger_lag_seconds',
    kind: 'gauge',
    help: 'For how long the oldest of those events has waited; not there without a ledger.',
    labels: [],
  },
  ledgerSilentSeconds: {
    name: 'evio_ledger_silent_seconds',
    kind: 'gauge',
    help: 'For how long the ledger has not been followed, 0 while it is; not there without a ledger.',
    labels: [],
  },
  leaseTtlSeconds: {
    name: 'evio_lease_ttl_seconds',
    kind: 'gauge',
    help: 'TTL of the lease; not there where leases have none.',
    labels: [],
  },
  leaseServedSeconds: {
    name: 'evio_lease_served_seconds',
    kind: 'gauge',
    help: 'For how long a lease with a TTL is served when the ledger is not heard of any more, 0 when it is not served; not there without TTL or ledger.',
    labels: [],
  },
} as const satisfies MetricTable;

export type AgentMetrics = Metrics<typeof metricTable>;
export type AgentReading = Reading<typeof metricTable>;
