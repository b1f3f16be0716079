import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeFlagsOf } from '../../test/support/node-flags.ts';
import type { LedgerFigures } from './figures.ts';
import type { Measurement } from './measurements.ts';

const run = promisify(execFile);

const evioctl = join(import.meta.dirname, '../../services/evioctl/main.ts');

/** In a process of its own, as evioctl's are: what one measurement leaves in memory is not another's. */
export const inChild = async (
  name: Measurement,
  path: string,
): Promise<Partial<LedgerFigures> & { readonly peakMiB: number }> => {
  const program = [...(await nodeFlagsOf(evioctl)), join(import.meta.dirname, 'measure.ts')];
  const { stdout } = await run(process.execPath, [...program, name, path]).catch(
    (cause: { readonly stderr?: string }) => {
      throw new Error(`${name} failed:\n${cause.stderr ?? cause}`);
    },
  );
  return JSON.parse(stdout);
};
