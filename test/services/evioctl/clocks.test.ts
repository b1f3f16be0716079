import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cluster, host, type Told, writePast } from '../../adapters/sqlite-index/past.ts';
import { configured, joined, leased } from '../../support/cluster.ts';
import { podAdded, podDeleted } from '../../support/events.ts';
import { runToEnd } from '../../support/node.ts';
import { script } from './verify-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'evio-clocks-'));
const log = join(folder, 'log.db');
test.after.always(() => rmSync(folder, { recursive: true }));

const started = (time: string, node: string, clockSynchronised?: boolean): Told => [
  time,
  host(node),
  {
    type: 'HostStarted',
    bootId: `boot at ${time}`,
    ...(clockSynchronised !== undefined && { clockSynchronised }),
  },
];

/** node-1 boots with a clock that is not synchronised, and again at 10:00 with one that is; node-2 does not say. */
test.before(async () => {
  await writePast(
    log,
    ['08:00', cluster, configured()],
    ['08:00', cluster, joined('node-1', '10.10.0.1')],
    ['08:00', cluster, leased('node-1', '10.244.0.0/24')],
    ['08:00', cluster, joined('node-2', '10.10.0.2')],
    ['08:00', cluster, leased('node-2', '10.244.1.0/24')],
    started('08:01', 'node-1', false),
    started('08:01', 'node-2'),
    ['09:00', host('node-1'), podAdded('aaaaaa1', '10.244.0.2')],
    ['09:00', host('node-2'), podAdded('bbbbbb1', '10.244.1.2')],
    started('10:00', 'node-1', true),
    ['10:01', host('node-1'), podDeleted('aaaaaa1', '10.244.0.2')],
    ['11:00', host('node-1'), podAdded('cccccc1', '10.244.0.3')],
    ['11:00', host('node-2'), podDeleted('bbbbbb1', '10.244.1.2')],
    ['11:30', cluster, joined('node-3', '10.10.0.3')],
  );
});

const evioctl = async (...args: ReadonlyArray<string>): Promise<string> => {
  const env = { PATH: process.env['PATH'], TZ: 'UTC', EVIO_LOG: log };
  const { code, out, err } = await runToEnd([process.execPath, script, ...args], { env });
  if (code !== 0) throw new Error(err);
  return out;
};

const at = (time: string) => `2026-03-01T${time}:00Z`;

const everyone = 'cluster evio: times by the clocks of allocator and operators';

/** A command, what it says of each stream's clock, and the clocks of its rows. */
const cases: ReadonlyArray<
  readonly [args: ReadonlyArray<string>, known: Readonly<Record<string, string>>, rows: ReadonlyArray<string>]
> = [
  [['who-had', '10.244.0.2', '--at', at('09:30')], { 'node-1': 'not synchronised' }, ['not synchronised']],
  [['who-had', '10.244.0.3', '--at', at('11:00')], { 'node-1': 'synchronised' }, ['synchronised']],
  [
    ['who-had', '10.244.0.3', '--between', at('09:00'), at('11:00')],
    { 'node-1': 'not always synchronised' },
    ['synchronised'],
  ],
  [['who-had', '10.244.1.9', '--at', at('11:00')], { 'node-2': 'not recorded' }, []],
  [
    ['pods', '--at', at('09:30')],
    { 'node-1': 'not synchronised', 'node-2': 'not recorded' },
    ['not synchronised', 'not recorded'],
  ],
  [
    ['pods', '--as-of', '9'],
    { 'node-1': 'synchronised', 'node-2': 'not recorded' },
    ['not synchronised', 'not recorded'],
  ],
  [['leases', '--at', at('09:30')], {}, ['not of a node', 'not of a node']],
  [['leases', '--as-of', '4'], {}, ['not of a node', 'not of a node']],
  [['history', 'aaaaaa1'], { 'node-1': 'not always synchronised' }, ['not synchronised', 'synchronised']],
  [['history', 'node-2'], { 'node-2': 'not recorded' }, ['not of a node', 'not of a node', 'not recorded']],
  [
    ['diff', at('09:30'), at('11:00')],
    { 'node-1': 'not always synchronised', 'node-2': 'not recorded' },
    ['not synchronised', 'not recorded', 'synchronised'],
  ],
  [
    ['diff', '@9', '@11'],
    { 'node-1': 'synchronised', 'node-2': 'not recorded' },
    ['not synchronised', 'synchronised'],
  ],
];

type Row = Readonly<Record<'clock', string>>;
type Change = Partial<Readonly<Record<'before' | 'after', Row>>>;

const clocksOf = (ndjson: string): ReadonlyArray<string> =>
  ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row & Change)
    .map((row) => (row.before ?? row.after ?? row).clock);

for (const [args, nodes, rows] of cases) {
  test.serial(
    `${args.join(' ')} says whether clocks were synchronised then: in words, JSON and rows`,
    async (t) => {
      const { known } = JSON.parse(await evioctl('--json', ...args));
      t.deepEqual(
        Object.fromEntries(known.map(({ of, clock }: Readonly<Record<string, string>>) => [of, clock])),
        { 'cluster evio': 'not of a node', ...nodes },
      );
      const lines = (await evioctl(...args)).split('\n').filter((line) => line.startsWith('known: '));
      t.deepEqual(
        lines.map((line) => line.replace(/^known: (\S+( evio)?) complete to .*?; (.*)$/, '$1: $3')).sort(),
        [everyone, ...Object.entries(nodes).map(([node, clock]) => `${node}: clock ${clock}`)].sort(),
      );
      t.deepEqual(clocksOf(await evioctl('--ndjson', ...args)), rows);
    },
  );
}
