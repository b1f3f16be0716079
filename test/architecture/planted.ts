import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));

const copied = [
  ...['domain', 'adapters', 'services', 'test/architecture'],
  ...['package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.cjs'],
];

/** A copy of the project in a folder of its own, so that a mistake can be planted in it; the caller removes it. */
export const copyOfProject = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-layers-'));
  for (const name of copied) await cp(join(project, name), join(folder, name), { recursive: true });
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

export const plant = async (folder: string, path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

export const removeCopy = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

export type Verdict = { readonly passed: boolean; readonly output: string };

/** Runs one of the project's checking tools; its verdict is its exit code. */
const check = (folder: string, tool: string, ...args: ReadonlyArray<string>): Promise<Verdict> =>
  new Promise((resolve) => {
    const path = join(project, 'node_modules/.bin', tool);
    execFile(path, [...args], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: stdout + stderr }),
    );
  });

/** The layer rules, as `npm run check` holds them. */
export const layers = (folder: string, ...folders: ReadonlyArray<string>): Promise<Verdict> =>
  check(
    folder,
    'depcruise',
    ...['--config', '.dependency-cruiser.cjs'],
    ...['--output-type', `plugin:${join(folder, 'test/architecture/report.mjs')}`],
    ...folders,
  );

/** The lint rules, as `npm run check` holds them; one line `FILE:LINE MESSAGE` each. */
export const lint = (folder: string, ...paths: ReadonlyArray<string>): Promise<Verdict> =>
  check(folder, 'biome', 'lint', '--reporter=github', '--max-diagnostics=none', ...paths);
