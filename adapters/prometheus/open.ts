import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metric, Metrics, MetricTable } from '../../domain/port/metrics.ts';
import { registerProcess } from './process.ts';

/** From what the log's own append takes to what a plugin waits for at most, in seconds. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Labels = Readonly<Record<string, string>>;

type Registered = {
  readonly record: (value: number, labels: Labels) => void;
  readonly read: (value: number, labels: Labels) => void;
  readonly forget: () => void;
};

const nothing = (): void => undefined;

const register = (registry: Registry, { name, kind, help, labels }: Metric): Registered => {
  const described = { name, help, labelNames: [...labels], registers: [registry] };
  switch (kind) {
    case 'counter': {
      const counter = new Counter(described);
      return { record: (value, at) => counter.inc(at, value), read: nothing, forget: nothing };
    }
    case 'histogram': {
      const histogram = new Histogram({ ...described, buckets });
      return { record: (value, at) => histogram.observe(at, value), read: nothing, forget: nothing };
    }
    case 'gauge': {
      const gauge = new Gauge(described);
      const forget = (): void => {
        gauge.reset();
        // Without labels a reset one reads 0.
        if (labels.length === 0) gauge.remove();
      };
      forget();
      return { record: nothing, read: (value, at) => gauge.set(at, value), forget };
    }
  }
};

/** Metrics of a table in a registry of their own, and what the process takes of the machine. */
export const openMetrics = <Table extends MetricTable>(table: Table): Metrics<Table> => {
  const registry = new Registry();
  registerProcess(registry);
  const all = new Map<keyof Table, Registered>(
    Object.entries(table).map(([name, metric]) => [name, register(registry, metric)]),
  );
  let uncounted: Array<readonly [metric: Registered | undefined, value: number, labels: Labels]> = [];
  const count = (): void => {
    const recorded = uncounted;
    uncounted = [];
    for (const [metric, value, labels] of recorded) metric?.record(value, labels);
  };
  return {
    // Counting takes ten times as long as noting what to count, and who records mostly has an answer to send.
    record: (name, value, labels) => {
      if (uncounted.push([all.get(name), value, labels]) === 1) setImmediate(count);
    },
    exposition: (readings) => {
      count();
      for (const { forget } of all.values()) forget();
      for (const { of, value, labels } of readings) all.get(of)?.read(value, labels);
      return registry.metrics();
    },
  };
};
