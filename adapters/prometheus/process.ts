import { readdir } from 'node:fs/promises';
import { Counter, Gauge, type Registry } from 'prom-client';

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Not a number when it cannot be counted: with none left to open the folder, say. */
const openFiles = (): Promise<number> =>
  readdir('/proc/self/fd').then(
    (names) => names.length,
    () => Number.NaN,
  );

/**
 * What the process takes of the machine, under the names that Prometheus's client libraries share. prom-client's own set is not
 * collected: it observes every garbage collection, and a small nursery makes many.
 */
export const registerProcess = (registry: Registry): void => {
  const registers = [registry];
  const cpu: Counter = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system, in seconds.',
    registers,
    collect: () => {
      cpu.reset();
      cpu.inc(cpuSeconds());
    },
  });
  const memory: Gauge = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the process, in bytes.',
    registers,
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  const files: Gauge = new Gauge({
    name: 'process_open_fds',
    help: 'Open file descriptors of the process.',
    registers,
    collect: async () => files.set(await openFiles()),
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process began, in seconds since the epoch.',
    registers,
  }).set(Date.now() / 1000 - process.uptime());
};
