import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { nodeFlagsOf } from '../../test/support/node-flags.ts';
import { secondsSince } from './figures.ts';

const evioctl = join(import.meta.dirname, '../../services/evioctl/main.ts');

export type Ran = { readonly seconds: number; readonly peakMiB: number };

/** Runs evioctl as its user does, with nobody to read the answer; throws what it says when it fails. `cache`: its user's cache folder. */
export const runEvioctl = async (cache: string, args: ReadonlyArray<string>): Promise<Ran> => {
  const begun = performance.now();
  const flags = [...(await nodeFlagsOf(evioctl)), '--import', join(import.meta.dirname, 'tell-peak.ts')];
  const child = spawn(process.execPath, [...flags, evioctl, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: cache },
  });
  const [ended, said, told] = await Promise.all([
    once(child, 'exit'),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
  ]);
  if (ended[0] !== 0) throw new Error(`evioctl ${args.join(' ')} failed:\n${said}`);
  return { seconds: secondsSince(begun), peakMiB: Number(told) / 1024 };
};
