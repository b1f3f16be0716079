#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { fullSize, type Options, type Part, parts, quickSize } from './options.ts';

const { json, quick, only } = new Command('bench')
  .description('Measures our plugin beside the CNI plugins bridge and host-local, in one alternating run.')
  .addOption(new Option('--json', 'one JSON object as the last line of stdout').default(false))
  .addOption(new Option('--quick', 'few rounds: shows that all works, its figures say little').default(false))
  .addOption(new Option('--only <part>', 'one part; the figures of the others are null').choices(parts))
  .addHelpText(
    'after',
    '\nTakes minutes. Exit code: 0 measured, whether or not targets are met; 1 something failed; 130 interrupted.',
  )
  .parse()
  .opts<{ readonly json: boolean; readonly quick: boolean; readonly only?: Part }>();

if (process.getuid?.() !== 0) {
  console.error('bench: it makes network namespaces: run it as root');
  process.exit(1);
}

const options: Options = {
  json,
  parts: only === undefined ? parts : [only],
  size: quick ? quickSize : fullSize,
};

// The peer wires pods to the namespace that it is started in: it gets one of its own, which ends with the last process in it.
// Detached, because Ctrl-C goes to a terminal's whole process group, and a tool that it kills half-way leaves things behind.
const measuring = spawn(
  'unshare',
  ['--net', process.execPath, join(import.meta.dirname, 'measure.ts'), JSON.stringify(options)],
  { stdio: ['ignore', 'inherit', 'inherit'], detached: true },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => measuring.kill('SIGTERM'));
}
measuring.once('error', (error) => {
  console.error(`bench: unshare (Debian package util-linux) cannot be run: ${error.message}`);
  process.exitCode = 1;
});
measuring.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
