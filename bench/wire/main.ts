#!/usr/bin/env node
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { freePort } from '../../test/support/free-port.ts';
import { rounded } from '../statistics.ts';
import { printed } from '../table.ts';
import { fullSize, quickSize, type Size, type WireFigures } from './figures.ts';
import { startConstant, startServer } from './server.ts';
import { spreadLag } from './spread-lag.ts';

const { json, quick } = new Command('bench:wire')
  .description('Measures evio-ledger through its wire, with the official client in a process of its own.')
  .option('--json', 'one JSON object as the last line of stdout', false)
  .option('--quick', 'little of everything: shows that all works', false)
  .addHelpText(
    'after',
    `
Takes some minutes. Exit code: 0 measured, whether or not targets are met; 1 something failed.

Examples:
  npm run bench:wire
  npm run bench:wire -- --quick --json`,
  )
  .parse()
  .opts<{ readonly json: boolean; readonly quick: boolean }>();

const size = quick ? quickSize : fullSize;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'evio-bench-wire-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

/** What reads 25,000 events a second makes as many objects: Node's usual nursery costs such a client a third of its time. */
const nursery = '--max-semi-space-size=32';

const inChild = async <Figures>(
  program: string,
  ...args: ReadonlyArray<string | number>
): Promise<Figures> => {
  const { stdout } = await run(process.execPath, [
    nursery,
    join(import.meta.dirname, program),
    ...args.map(String),
  ]);
  return JSON.parse(stdout);
};

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
};

type Through = {
  readonly appendPerS: number;
  readonly bulkPerS: number;
  readonly catchUpPerS: number;
  readonly lagMs: number;
  readonly spreadLagMs: number;
};

const through = async (
  what: string,
  connection: string,
  { sequential, bulk, lagSeconds }: Size,
): Promise<Through> => {
  const measured = async (measurement: string, count: number): Promise<number> => {
    progress(`${what}: ${measurement}`);
    return (await inChild<{ readonly value: number }>('client.ts', measurement, connection, count)).value;
  };
  const appendPerS = await measured('sequential', sequential);
  const bulkPerS = await measured('bulk', bulk);
  const catchUpPerS = await measured('catchUp', bulk);
  const lagMs = await measured('lag', lagSeconds);
  progress(`${what}: lag of several processes`);
  return { appendPerS, bulkPerS, catchUpPerS, lagMs, spreadLagMs: await spreadLag(connection, lagSeconds) };
};

const clientAlone = async (): Promise<Through> => {
  const bulk = Math.min(size.bulk, 200_000);
  await using server = await startConstant(bulk);
  return await through('the client alone', server.connection, { ...size, bulk });
};

const overTheWire = async (): Promise<WireFigures> => {
  const { appendPerS, bulkPerS, catchUpPerS, lagMs, spreadLagMs } = await clientAlone();
  writeFileSync(join(folder, 'ledger.json'), '{}');
  await using server = await startServer(folder, await freePort());
  const reached = await through('over the wire', server.connection, size);
  return {
    appendPerS: reached.appendPerS,
    bulkPerS: reached.bulkPerS,
    catchUpPerS: reached.catchUpPerS,
    subscribeLagP99Ms: reached.lagMs,
    spreadLagP99Ms: reached.spreadLagMs,
    rssMiB: await server.peakMiB(),
    roundTripPerS: appendPerS,
    clientBulkPerS: bulkPerS,
    clientCatchUpPerS: catchUpPerS,
    clientLagP99Ms: lagMs,
    clientSpreadLagP99Ms: spreadLagMs,
  };
};

const wire = await overTheWire();
progress('directly on the file');
mkdirSync(join(folder, 'direct'));
const direct = await inChild<Pick<WireFigures, 'appendPerS' | 'bulkPerS' | 'catchUpPerS'>>(
  'direct.ts',
  join(folder, 'direct/ledger.db'),
  size.sequential,
  size.bulk,
);
progress('');

type Row = readonly [
  what: string,
  measured: number,
  client: number | undefined,
  onFile: number | undefined,
  target: string,
];

const rows: ReadonlyArray<Row> = [
  ['sequential durable appends/s', wire.appendPerS, wire.roundTripPerS, direct.appendPerS, '≥ 2000'],
  ['bulk append, events/s', wire.bulkPerS, wire.clientBulkPerS, direct.bulkPerS, '≥ 25000'],
  ['catch-up read, events/s', wire.catchUpPerS, wire.clientCatchUpPerS, direct.catchUpPerS, '≥ 50000'],
  ['live lag of 50 subscribers, p99 ms', wire.subscribeLagP99Ms, wire.clientLagP99Ms, undefined, '≤ 20'],
  ['… in five processes', wire.spreadLagP99Ms, wire.clientSpreadLagP99Ms, undefined, '≤ 20'],
  [`server's peak memory, MiB`, wire.rssMiB, undefined, undefined, '≤ 200'],
];
const shown = (value: number | undefined): string => (value === undefined ? '' : String(rounded(value)));

console.log(
  printed({
    title: 'The wire',
    columns: ['', 'measured', 'client alone', 'on the file', 'target'],
    rows: rows.map(([what, ...values]) => [
      what,
      ...values.map((value) => (typeof value === 'string' ? value : shown(value))),
    ]),
  }),
);
if (json)
  console.log(
    JSON.stringify(Object.fromEntries(Object.entries(wire).map(([name, value]) => [name, rounded(value)]))),
  );
