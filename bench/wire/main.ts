#!/usr/bin/env node
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { freePort } from '../free-port.ts';
import { rounded } from '../statistics.ts';
import { printed } from '../table.ts';
import { fullSize, quickSize, type WireFigures } from './figures.ts';
import { startServer } from './server.ts';

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

const overTheWire = async (): Promise<WireFigures> => {
  writeFileSync(join(folder, 'ledger.json'), '{}');
  await using server = await startServer(folder, await freePort());
  const measured = async (what: string, count: number): Promise<number> => {
    progress(`over the wire: ${what}`);
    const { value } = await inChild<{ readonly value: number }>('client.ts', what, server.connection, count);
    return value;
  };
  const appendPerS = await measured('sequential', size.sequential);
  const bulkPerS = await measured('bulk', size.bulk);
  const catchUpPerS = await measured('catchUp', size.bulk);
  const subscribeLagP99Ms = await measured('lag', size.lagSeconds);
  return { appendPerS, bulkPerS, catchUpPerS, subscribeLagP99Ms, rssMiB: await server.peakMiB() };
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

const row = (what: string, value: number, alone: number | undefined, target: string) =>
  [what, String(rounded(value)), alone === undefined ? '' : String(rounded(alone)), target] as const;

console.log(
  printed({
    title: 'The wire',
    columns: ['', 'measured', 'on the file', 'target'],
    rows: [
      row('sequential durable appends/s', wire.appendPerS, direct.appendPerS, '≥ 2000'),
      row('bulk append, events/s', wire.bulkPerS, direct.bulkPerS, '≥ 25000'),
      row('catch-up read, events/s', wire.catchUpPerS, direct.catchUpPerS, '≥ 50000'),
      row('live lag of 50 subscribers, p99 ms', wire.subscribeLagP99Ms, undefined, '≤ 20'),
      row(`server's peak memory, MiB`, wire.rssMiB, undefined, '≤ 200'),
    ],
  }),
);
if (json)
  console.log(
    JSON.stringify(Object.fromEntries(Object.entries(wire).map(([name, value]) => [name, rounded(value)]))),
  );
