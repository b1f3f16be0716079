import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { bundle, packageFolder, runIn } from '../bundle.ts';

/**
 * Compiles the plugin into one static executable that needs nothing of the machine it runs on, not even a C library:
 * `node services/cni-plugin/build.ts [FILE]`, by default dist/evio. Bun bundles the TypeScript into one module, QuickJS
 * compiles that to bytecode, and musl's C compiler links the bytecode with QuickJS's engine, event loop and our few system
 * calls (`adapters/quickjs/runtime.c`). Such a program starts in a third of the time of a bun executable, and is a
 * fiftieth of its size. Nothing is downloaded. It obeys no environment variable and no file: QuickJS reads none.
 */
const root = resolve(import.meta.dirname, '../..');
const target = resolve(process.argv[2] ?? `${root}/dist/evio`);

/** QuickJS's name for the architecture, and the least processor of it that the plugin must run on: edge nodes have no AVX2. */
const architectures: Readonly<Record<string, readonly [architecture: string, ...options: string[]]>> = {
  x64: ['x86_64', '-march=x86-64'],
  arm64: ['aarch64'],
};
const [architecture, ...least] = architectures[process.arch] ?? [];
if (architecture === undefined) {
  throw new Error(`no QuickJS for ${process.arch}: the plugin is built on x64 and arm64`);
}
const quickjs = join(packageFolder('@suchipi/quickjs'), `build/${architecture}-unknown-linux-static`);

mkdirSync(dirname(target), { recursive: true });
// Beside the target, so that the last step is one rename: whoever runs the plugin meanwhile gets the old file or the new.
const workshop = mkdtempSync(join(dirname(target), '.compiling-'));
const program = join(workshop, basename(target));

/** The bytecode of a program or module as a file in C; `options` tell which. */
const compile = (entry: string, name: string, ...options: ReadonlyArray<string>): string => {
  const [module, bytecode] = [join(workshop, `${name}.js`), join(workshop, `${name}.c`)];
  bundle(
    root,
    entry,
    { file: module },
    ...['--target=browser', '--minify', '--external=quickjs:*', '--external=evio:*'],
  );
  // The bytecode names its source: without the workshop's name the same sources make the same program.
  runIn(
    workshop,
    join(quickjs, 'bin/qjsc'),
    ...options,
    ...['-s', '-m', '-M', 'evio:runtime,runtime', '-o', bytecode, basename(module)],
  );
  return bytecode;
};

/** Modules that a plain ADD does without, and that are read when they are asked for (`runtime.c`). */
const late = {
  evio_delegation: 'services/cni-plugin/via-delegate.ts',
  evio_run_delegate: 'adapters/quickjs/run-delegate.ts',
};

try {
  const bytecode = [
    compile('services/cni-plugin/main.ts', 'evio', '-e'),
    ...Object.entries(late).map(([name, entry]) => compile(entry, name, ...['-c', '-N', name])),
  ];
  runIn(
    root,
    'musl-gcc',
    ...least,
    ...['-static', '-Os', '-s', '-Wall', '-Wextra', '-Werror', `-isystem${quickjs}/include`, '-o', program],
    ...[...bytecode, 'adapters/quickjs/runtime.c', `${quickjs}/lib/quickjs-full.a`, '-lm', '-lpthread'],
  );
  renameSync(program, target);
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
