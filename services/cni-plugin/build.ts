import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles the plugin into one static executable that needs nothing of the machine it runs on, not even a C library:
 * `node services/cni-plugin/build.ts [FILE]`, by default dist/evio. Bun bundles the TypeScript into one module, QuickJS
 * compiles that to bytecode, and musl's C compiler links the bytecode with QuickJS's engine, event loop and our one system
 * call (`adapters/quickjs/runtime.c`). Such a program starts in a third of the time of a bun executable, and is a
 * fiftieth of its size. Nothing is downloaded. It obeys no environment variable and no file: QuickJS reads none.
 */
const root = resolve(import.meta.dirname, '../..');
const target = resolve(process.argv[2] ?? `${root}/dist/evio`);

const packageFolder = (name: string): string =>
  dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));

const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const architecture = architectures[process.arch];
if (architecture === undefined) {
  throw new Error(`no QuickJS for ${process.arch}: the plugin is built on x64 and arm64`);
}
const quickjs = join(packageFolder('@suchipi/quickjs'), `build/${architecture}-unknown-linux-static`);

const run = (program: string, ...options: ReadonlyArray<string>): void => {
  try {
    execFileSync(program, options, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw missing ? new Error(`${program} is not there: npm run setup installs it`, { cause }) : cause;
  }
};

mkdirSync(dirname(target), { recursive: true });
// Beside the target, so that the last step is one rename: whoever runs the plugin meanwhile gets the old file or the new.
const workshop = mkdtempSync(join(dirname(target), '.compiling-'));
const [bundle, bytecode, program] = [
  join(workshop, 'evio.js'),
  join(workshop, 'evio.c'),
  join(workshop, basename(target)),
];
try {
  run(
    join(packageFolder('bun'), 'bin/bun.exe'),
    ...['build', 'services/cni-plugin/main.ts', `--outfile=${bundle}`],
    ...['--target=browser', '--format=esm', '--minify', '--reject-unresolved'],
    ...['--external=quickjs:*', '--external=evio:*'],
  );
  run(join(quickjs, 'bin/qjsc'), ...['-e', '-s', '-m', '-M', 'evio:runtime,runtime', '-o', bytecode, bundle]);
  run(
    'musl-gcc',
    ...['-static', '-Os', '-s', '-Wall', '-Wextra', '-Werror', `-isystem${quickjs}/include`, '-o', program],
    ...[bytecode, 'adapters/quickjs/runtime.c', `${quickjs}/lib/quickjs-full.a`, '-lm', '-lpthread'],
  );
  renameSync(program, target);
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
