#!/usr/bin/env node
import { join } from 'node:path';
import { runDetached } from '../test/support/detached.ts';
import { readOptions } from './options.ts';

const options = readOptions();
if (process.getuid?.() !== 0) {
  console.error('soak: it makes network namespaces: run it as root');
  process.exit(1);
}
runDetached('soak', process.execPath, [join(import.meta.dirname, 'run.ts'), JSON.stringify(options)]);
