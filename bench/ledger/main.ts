#!/usr/bin/env node
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { either as E } from 'fp-ts';
import { describeViolation } from '../../domain/cluster/violation.ts';
import { parseHistorySpec } from '../../domain/generate/spec.ts';
import { median, rounded } from '../statistics.ts';
import { printed } from '../table.ts';
import { type Command as CommandMeasured, measureCommands } from './commands.ts';
import type { LedgerFigures } from './figures.ts';
import { inChild } from './in-child.ts';
import { type Measurement, measurements, noCommand } from './measurements.ts';
import { writeLog } from './write-log.ts';

type Options = {
  readonly json: boolean;
  readonly quick: boolean;
  readonly events?: string;
  readonly nodes?: string;
  readonly log?: string;
};

const { json, quick, events, nodes, log } = new Command('bench:ledger')
  .description(
    'Measures folding, snapshots, time travel and verification of one generated log, and the memory of the commands on it.',
  )
  .option('--json', 'one JSON object as the last line of stdout', false)
  .option('--quick', 'a small log, each measurement once: shows that all works', false)
  .option('--events <count>', 'size of the log (default: 1000000)')
  .option('--nodes <count>', 'nodes in the log (default: one for each 1000 events)')
  .option('--log <path>', 'a log that is there, in place of a generated one')
  .addHelpText(
    'after',
    `
Takes some minutes, most of them to write the log. Exit code: 0 measured, whether or not targets are met; 1 something failed.

Examples:
  npm run bench:ledger
  npm run bench:ledger -- --quick --json`,
  )
  .parse()
  .opts<Options>();

const size = events ?? (quick ? '20000' : '1000000');
const many = nodes ?? String(Math.max(1, Math.round(Number(size) / 1000)));
const spec = parseHistorySpec(`nodes=${many},events=${size},seed=7`);
if (E.isLeft(spec)) {
  for (const violation of spec.left) console.error(`bench:ledger: ${describeViolation(violation)}`);
  process.exit(1);
}

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
};

const folder = mkdtempSync(join(tmpdir(), 'evio-bench-ledger-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const generated = async (): Promise<string> => {
  const path = join(folder, 'ledger.db');
  const begun = performance.now();
  const written = await writeLog(path, spec.right, (done) =>
    progress(`writing the log: ${done} of ${size} events`),
  );
  progress('');
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const mebibytes = (statSync(path).size / 2 ** 20).toFixed(0);
  console.log(`${written} events of ${many} nodes, ${mebibytes} MiB, written in ${seconds} s\n`);
  return path;
};

const names = Object.keys(measurements) as ReadonlyArray<Measurement>;
const samples = new Map<keyof LedgerFigures, number[]>();
let largest: { readonly name: string; readonly peakMiB: number } = { name: 'coldRebuild', peakMiB: 0 };
let commands: ReadonlyArray<CommandMeasured> = [];

const measureAll = async (path: string): Promise<void> => {
  // In turns, so that a machine that is slower for a while is slower for all of them.
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const name of names) {
      progress(`round ${round + 1}: ${name}`);
      const { peakMiB, ...figures } = await inChild(name, path);
      if (!noCommand.has(name) && peakMiB > largest.peakMiB) largest = { name, peakMiB };
      for (const [figure, value] of Object.entries(figures) as Array<[keyof LedgerFigures, number]>)
        samples.set(figure, [...(samples.get(figure) ?? []), value]);
    }
  }
};

try {
  const path = log ?? (await generated());
  await measureAll(path);
  commands = await measureCommands(path, folder, spec.right, (name) => progress(`evioctl ${name}`));
  for (const command of commands) if (command.peakMiB > largest.peakMiB) largest = command;
} catch (error) {
  progress('');
  console.error(`bench:ledger: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
progress('');

const of = (figure: keyof LedgerFigures): number => median(samples.get(figure) ?? []);
const figures: LedgerFigures = {
  coldRebuildS: rounded(of('coldRebuildS')),
  rawScanS: rounded(of('rawScanS')),
  snapshotReadyMs: rounded(of('snapshotReadyMs')),
  foldPerS: rounded(of('foldPerS')),
  whoHadMs: rounded(of('whoHadMs')),
  podsAtMs: rounded(of('podsAtMs')),
  verifyS: rounded(of('verifyS')),
  rawSha256S: rounded(of('rawSha256S')),
  peakMiB: Math.ceil(largest.peakMiB),
};

const rows: ReadonlyArray<readonly [string, string, string]> = [
  ['cold rebuild of the cluster, s', String(figures.coldRebuildS), `≤ ${rounded(3 * figures.rawScanS)}`],
  ['  raw scan (read, JSON.parse), s', String(figures.rawScanS), ''],
  ['  fold streamed from the store, events/s', String(figures.foldPerS), '≥ 500000'],
  ['ready with a snapshot, ms', String(figures.snapshotReadyMs), '≤ 200'],
  ['who-had, at the worst moment, ms', String(figures.whoHadMs), '≤ 100'],
  ['pods --at, at the worst moment, ms', String(figures.podsAtMs), '≤ 100'],
  ['verify, s', String(figures.verifyS), `≤ ${rounded(Math.min(15, 5 * figures.rawSha256S))}`],
  ['  raw SHA-256 of the same bytes, s', String(figures.rawSha256S), ''],
  [`peak memory (${largest.name}), MiB`, String(figures.peakMiB), '≤ 400'],
];
console.log(
  printed({
    title: 'Commands, once each',
    columns: ['evioctl', 's', 'MiB at most'],
    rows: commands.map(({ name, seconds, peakMiB }) => [
      name,
      seconds.toFixed(1),
      String(Math.ceil(peakMiB)),
    ]),
  }),
);
console.log(`\n${printed({ title: 'The ledger', columns: ['', 'measured', 'target'], rows })}`);
if (json) console.log(JSON.stringify(figures));
