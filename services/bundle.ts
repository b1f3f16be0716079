import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packageFolder = (name: string): string =>
  dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));

/** Runs a program of the build to its end; its errors are shown. Throws when it fails, and in words when it is not there. */
export const runIn = (cwd: string, program: string, ...options: ReadonlyArray<string>): void => {
  try {
    execFileSync(program, options, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw missing ? new Error(`${program} is not there: npm run setup installs it`, { cause }) : cause;
  }
};

/** One file of that name; or files in a folder, the first one with the name of what they are made of. */
type Target = { readonly file: string } | { readonly folder: string };

/** Has bun make one module, or few, of a TypeScript file of the project and all that it imports. `options` are those of `bun build`. */
export const bundle = (
  root: string,
  entry: string,
  target: Target,
  ...options: ReadonlyArray<string>
): void =>
  runIn(
    root,
    join(packageFolder('bun'), 'bin/bun.exe'),
    ...[
      'build',
      entry,
      'file' in target ? `--outfile=${target.file}` : `--outdir=${target.folder}`,
      '--format=esm',
      '--reject-unresolved',
    ],
    ...options,
  );
