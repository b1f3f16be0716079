import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { run } from '../support/run.ts';

export const root = resolve(import.meta.dirname, '../..');

export type Unit = {
  readonly settings: ReadonlyMap<string, string>;
  /** What systemd says of the unit, where the project is installed. */
  readonly verified: (t: ExecutionContext) => Promise<string>;
  /** The flags of node in the first line of a program. */
  readonly flagsOf: (program: string) => Promise<string>;
};

/** A unit of `manifests/systemd/`. */
export const readUnit = async (name: string): Promise<Unit> => {
  const text = await readFile(join(root, 'manifests/systemd', name), 'utf8');
  return {
    settings: new Map(
      text.split('\n').flatMap((line) => {
        const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
    ),
    verified: async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'evio-unit-'));
      t.teardown(() => rm(folder, { recursive: true }));
      const path = join(folder, name);
      await writeFile(path, text.replaceAll('/opt/evio', root));
      return run('sh', '-c', `systemd-analyze verify --man=no --recursive-errors=no ${path} 2>&1`);
    },
    flagsOf: async (program) => {
      const [first = ''] = (await readFile(join(root, program), 'utf8')).split('\n', 1);
      return first.replace(/^.*node /, '');
    },
  };
};
