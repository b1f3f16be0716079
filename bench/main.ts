#!/usr/bin/env node
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { runDetached } from '../test/support/detached.ts';
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
// `unshare` is in the Debian package util-linux.
const measure = join(import.meta.dirname, 'measure.ts');
runDetached('bench', 'unshare', ['--net', process.execPath, measure, JSON.stringify(options)]);
