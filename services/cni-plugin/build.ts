import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defuse } from './defuse.ts';

/**
 * Compiles the plugin into one file that needs nothing but the C library: `node services/cni-plugin/build.ts [FILE]`, by
 * default dist/evio. Nothing is downloaded: on x64, bun's own executable from npm is built for the baseline instruction
 * set (Nehalem, SSE4.2; faster paths are chosen as it runs), and becomes the plugin's runtime.
 */
const root = resolve(import.meta.dirname, '../..');
const target = resolve(process.argv[2] ?? `${root}/dist/evio`);

const options = [
  '--compile',
  '--target=bun',
  '--minify',
  // A third of the run is parsing otherwise.
  '--bytecode',
  '--format=esm',
  // A factor on the engine's thresholds. A run is too short to earn back compiled machine code; with this, an ADD starts
  // no JIT worker thread, which saves it a millisecond of CPU.
  '--compile-jit-policy=1000',
  // Else a file named .env or bunfig.toml in the working directory would be obeyed, as root.
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
  '--no-compile-autoload-tsconfig',
  '--no-compile-autoload-package-json',
  '--reject-unresolved',
];

mkdirSync(dirname(target), { recursive: true });
// Beside the target, so that the last step is one rename: whoever runs the plugin meanwhile gets the old file or the new.
const workshop = mkdtempSync(join(dirname(target), '.compiling-'));
const compiling = join(workshop, basename(target));
try {
  execFileSync(
    join(dirname(fileURLToPath(import.meta.resolve('bun/package.json'))), 'bin/bun.exe'),
    ['build', ...options, 'services/cni-plugin/main.ts', `--outfile=${compiling}`],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env['PATH'] } },
  );
  const defused = defuse(readFileSync(compiling), process.arch);
  if (defused.type === 'not-found') {
    throw new Error(
      `this release of bun does not read ${defused.name} where it did: see services/cni-plugin/defuse.ts`,
    );
  }
  writeFileSync(compiling, defused.program, { mode: 0o755 });
  renameSync(compiling, target);
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
