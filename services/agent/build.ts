import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from '../bundle.ts';

/**
 * Makes one file each of the agent and of its kernel threads: `node services/agent/build.ts`, behind `tsc`. To find, read and link some
 * 600 modules was half of an agent's start in processor time, which whoever waits for a restarted agent waits for.
 * Beside each other, as the one starts the other (`adapters/kernel/thread.ts`). Not minified: a stack in the log names our functions.
 *
 * What the agent imports when it needs it (gRPC, which only a ledger on another machine does) is a part of its own, `part-*.js`, and so
 * is what both need: two thirds of the text, which an agent without `--ledger` never reads.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = 'dist/services/agent';

const options = [
  ...['--target=node', '--external=koffi'],
  // fp-ts as ES modules, of which only what is used is kept.
  ...['--main-fields=module', '--main-fields=main'],
];

for (const part of readdirSync(join(root, folder)))
  if (/^part-.*\.js$/.test(part)) rmSync(join(root, folder, part));
bundle(
  root,
  'services/agent/main.ts',
  { folder },
  ...options,
  '--splitting',
  '--chunk-naming=part-[hash].[ext]',
);
bundle(root, 'adapters/kernel/worker.ts', { file: `${folder}/worker.js` }, ...options);
