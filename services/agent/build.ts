import { resolve } from 'node:path';
import { bundle } from '../bundle.ts';

/**
 * Makes one file each of the agent and of its kernel threads: `node services/agent/build.ts`, behind `tsc`. To find, read and link some
 * 600 modules was half of an agent's start in processor time, which whoever waits for a restarted agent waits for.
 * Beside each other, as the one starts the other (`adapters/kernel/thread.ts`). Not minified: a stack in the log names our functions.
 */
const root = resolve(import.meta.dirname, '../..');

const programs = {
  'services/agent/main.ts': 'main.js',
  'adapters/kernel/worker.ts': 'worker.js',
} as const;

for (const [entry, file] of Object.entries(programs)) {
  bundle(
    root,
    entry,
    `dist/services/agent/${file}`,
    ...['--target=node', '--external=koffi'],
    // fp-ts as ES modules, of which only what is used is kept.
    ...['--main-fields=module', '--main-fields=main'],
  );
}
