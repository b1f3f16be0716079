import type { Metrics, MetricTable, Reading } from '../../domain/port/metrics.ts';

/** What the server counts and measures. Names and labels are a contract with dashboards and alerts: docs/evio-ledger.md has them too. */
export const metricTable = {
  appends: {
    name: 'evio_ledger_appends_total',
    kind: 'counter',
    help: 'Appends, deletions and tombstones of clients, by outcome: ok, or the name of the refusal.',
    labels: ['outcome'],
  },
  appendedEvents: {
    name: 'evio_ledger_appended_events_total',
    kind: 'counter',
    help: 'Events in the appends that were acknowledged.',
    labels: [],
  },
  appendSeconds: {
    name: 'evio_ledger_append_duration_seconds',
    kind: 'histogram',
    help: 'From an append until its events are on disk.',
    labels: [],
  },
  sentEvents: {
    name: 'evio_ledger_sent_events_total',
    kind: 'counter',
    help: 'Events that left for readers.',
    labels: [],
  },
  calls: {
    name: 'evio_ledger_calls_total',
    kind: 'counter',
    help: 'gRPC calls that ended, by method and status.',
    labels: ['method', 'status'],
  },
  ready: {
    name: 'evio_ledger_ready',
    kind: 'gauge',
    help: '1 when clients are served and requests decided, else 0; /readyz says why not.',
    labels: [],
  },
  connections: {
    name: 'evio_ledger_connections',
    kind: 'gauge',
    help: 'Open connections of clients.',
    labels: [],
  },
  readers: {
    name: 'evio_ledger_readers',
    kind: 'gauge',
    help: 'Readings that are under way, and subscriptions.',
    labels: ['kind'],
  },
  subscriptionLag: {
    name: 'evio_ledger_subscription_lag_events',
    kind: 'gauge',
    help: 'Events of the log that the slowest subscription has not been handed yet.',
    labels: [],
  },
  position: {
    name: 'evio_ledger_log_position',
    kind: 'gauge',
    help: 'Position of the last event on disk; -1 of an empty log.',
    labels: [],
  },
  flushRefused: {
    name: 'evio_ledger_log_flush_refused',
    kind: 'gauge',
    help: '1 when the disk refused a flush of the log: nothing is written until the server is started again; else 0.',
    labels: [],
  },
  writeAhead: {
    name: 'evio_ledger_wal_bytes',
    kind: 'gauge',
    help: "Size of the log's write-ahead file.",
    labels: [],
  },
  certificateEnds: {
    name: 'evio_ledger_certificate_expiry_seconds',
    kind: 'gauge',
    help: 'When the certificate that is served expires, in seconds since the epoch; not there without TLS.',
    labels: [],
  },
  logUsed: {
    name: 'evio_ledger_log_used_bytes',
    kind: 'gauge',
    help: 'Room that the log takes.',
    labels: [],
  },
  logLeft: {
    name: 'evio_ledger_log_left_bytes',
    kind: 'gauge',
    help: 'Room that the log still has.',
    labels: [],
  },
  logFullDays: {
    name: 'evio_ledger_log_full_days',
    kind: 'gauge',
    help: 'Days until the log has no room, at the rate seen; not there until a rate is known.',
    labels: [],
  },
} as const satisfies MetricTable;

export type LedgerMetrics = Metrics<typeof metricTable>;
export type LedgerReading = Reading<typeof metricTable>;
