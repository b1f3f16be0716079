import test from 'ava';
import { openMetrics } from '../../../adapters/prometheus/open.ts';
import type { MetricTable } from '../../../domain/port/metrics.ts';
import { samplesOf } from '../../support/samples.ts';

const table = {
  calls: { name: 'calls_total', kind: 'counter', help: 'Calls.', labels: ['verb'] },
  seconds: { name: 'call_seconds', kind: 'histogram', help: 'How long.', labels: [] },
  pods: { name: 'pods', kind: 'gauge', help: 'Pods.', labels: [] },
  pool: { name: 'pool', kind: 'gauge', help: 'Pool.', labels: ['subnet'] },
} as const satisfies MetricTable;

test('what was recorded is counted by its labels, and a duration falls into its bucket', async (t) => {
  const metrics = openMetrics(table);
  metrics.record('calls', 1, { verb: 'ADD' });
  metrics.record('calls', 2, { verb: 'ADD' });
  metrics.record('calls', 1, { verb: 'DEL' });
  metrics.record('seconds', 0.004, {});
  const text = await metrics.exposition([]);
  t.true(text.includes('# HELP calls_total Calls.\n# TYPE calls_total counter\n'));
  t.like(samplesOf(text), {
    'calls_total{verb="ADD"}': 3,
    'calls_total{verb="DEL"}': 1,
    'call_seconds_bucket{le="0.0025"}': 0,
    'call_seconds_bucket{le="0.005"}': 1,
    'call_seconds_bucket{le="30"}': 1,
    call_seconds_sum: 0.004,
    call_seconds_count: 1,
  });
});

test('what is recorded between two answers is counted once', async (t) => {
  const metrics = openMetrics(table);
  const counted = async (): Promise<number | undefined> =>
    samplesOf(await metrics.exposition([]))['calls_total{verb="ADD"}'];
  for (const total of [1, 2, 3]) {
    metrics.record('calls', 1, { verb: 'ADD' });
    if (total > 1) await new Promise(setImmediate);
    t.is(await counted(), total);
    t.is(await counted(), total);
  }
});

test('a gauge says what was read for this answer, and is not there without a reading', async (t) => {
  const metrics = openMetrics(table);
  const first = samplesOf(
    await metrics.exposition([
      { of: 'pods', value: 2, labels: {} },
      { of: 'pool', value: 7, labels: { subnet: '10.244.0.0/24' } },
    ]),
  );
  t.is(first['pods'], 2);
  t.is(first['pool{subnet="10.244.0.0/24"}'], 7);
  const second = samplesOf(
    await metrics.exposition([{ of: 'pool', value: 1, labels: { subnet: '10.244.1.0/24' } }]),
  );
  t.false('pods' in second);
  t.false('pool{subnet="10.244.0.0/24"}' in second);
  t.is(second['pool{subnet="10.244.1.0/24"}'], 1);
});

test('what the process takes is there, in base units', async (t) => {
  const samples = samplesOf(await openMetrics({}).exposition([]));
  const near = (name: string, value: number, share: number) =>
    t.true(Math.abs((samples[name] ?? 0) - value) < value * share, `${name}: ${samples[name]}, not ${value}`);
  near('process_resident_memory_bytes', process.memoryUsage.rss(), 0.2);
  near('process_start_time_seconds', Date.now() / 1000 - process.uptime(), 0.001);
  t.true((samples['process_open_fds'] ?? 0) >= 3);
  const { user, system } = process.cpuUsage();
  near('process_cpu_seconds_total', (user + system) / 1e6, 0.2);
});
